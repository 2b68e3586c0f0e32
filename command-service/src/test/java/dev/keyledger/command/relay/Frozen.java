package dev.keyledger.command.relay;

import java.util.concurrent.CountDownLatch;

/** Holds a relay at one of its steps, once, until the test lets it go on. */
final class Frozen implements Steps {
  enum At {
    SEND,
    COMMIT,
    AFTER_COMMIT
  }

  private final At at;
  private volatile boolean armed;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  Frozen(At at) {
    this.at = at;
  }

  void arm() {
    armed = true;
  }

  void awaitReached() throws InterruptedException {
    reached.await();
  }

  void thaw() {
    goOn.countDown();
  }

  private void step(At now) {
    if (armed && now == at) {
      armed = false;
      reached.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void beforeSend() {
    step(At.SEND);
  }

  @Override
  public void beforeCommit() {
    step(At.COMMIT);
  }

  @Override
  public void afterCommit() {
    step(At.AFTER_COMMIT);
  }
}
