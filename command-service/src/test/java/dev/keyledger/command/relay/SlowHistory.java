package dev.keyledger.command.relay;

import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** One organisation's history takes as long as a test likes. */
final class SlowHistory implements LedgerLog {
  private final LedgerLog log;
  private final OrganizationId slow;
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  /** From which positions on it was read, where there was anything to read. */
  final List<Long> readFrom = new CopyOnWriteArrayList<>();

  SlowHistory(LedgerLog log, OrganizationId slow) {
    this.log = log;
    this.slow = slow;
  }

  void awaitAsked() throws InterruptedException {
    asked.await();
  }

  void goOn() {
    goOn.countDown();
  }

  @Override
  public void historyOf(String organization, long from, long before, Consumer<StoredEvent> events) {
    if (organization.equals(slow.value()) && from < before) {
      readFrom.add(from);
      asked.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    log.historyOf(organization, from, before, events);
  }

  @Override
  public List<StoredEvent> after(RelayToken token, int atMost) {
    return log.after(token, atMost);
  }

  @Override
  public List<StoredEvent> covered(String organization, long from, RelayToken token, int atMost) {
    return log.covered(organization, from, token, atMost);
  }

  @Override
  public Set<String> openAppends() {
    return log.openAppends();
  }

  @Override
  public Optional<String> idAt(long index) {
    return log.idAt(index);
  }

  @Override
  public long head() {
    return log.head();
  }

  @Override
  public OptionalLong indexOf(String organization, long position) {
    return log.indexOf(organization, position);
  }
}
