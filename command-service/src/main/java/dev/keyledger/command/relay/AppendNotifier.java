package dev.keyledger.command.relay;

import dev.keyledger.command.ledger.WhenAppended;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the relay, wherever it leads, that something was appended. Other replicas are told outside
 * of the append's transaction: {@code NOTIFY} inside would let only one transaction of the whole
 * server commit at a time. A wake-up that is lost costs one poll.
 */
final class AppendNotifier implements WhenAppended, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AppendNotifier.class);
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final DataSource unpooled;
  private final Lease lease;
  private final Signal here;
  private final Signal elsewhere = new Signal();
  private final Thread notifier;
  private volatile boolean closed;

  AppendNotifier(DataSource unpooled, Lease lease, Signal here) {
    this.unpooled = unpooled;
    this.lease = lease;
    this.here = here;
    this.notifier = Thread.ofPlatform().daemon().name("keyledger-appends").unstarted(this::run);
  }

  void start() {
    notifier.start();
  }

  @Override
  public void appended() {
    if (lease.isHeld()) {
      here.give();
    } else {
      elsewhere.give();
    }
  }

  private void run() {
    while (!closed) {
      try (Connection connection = unpooled.getConnection();
          Statement statement = connection.createStatement()) {
        while (!closed) {
          if (elsewhere.await(IDLE)) {
            statement.execute("NOTIFY " + RelayWatch.CHANNEL);
          }
        }
      } catch (SQLException e) {
        log.warn("Other replicas could not be told of an append ({})", e.getSQLState());
        elsewhere.give();
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        log.error("Other replicas could not be told of an append", e);
        elsewhere.give();
        pause();
      }
    }
  }

  private static void pause() {
    LockSupport.parkNanos(250_000_000);
  }

  @Override
  public void close() {
    closed = true;
    notifier.interrupt();
  }
}
