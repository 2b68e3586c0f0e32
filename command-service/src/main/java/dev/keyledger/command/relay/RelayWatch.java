package dev.keyledger.command.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one connection of its own, which no load can take away: renews the lease, and
 * wakes the relay when another replica has appended.
 */
final class RelayWatch implements AutoCloseable {
  static final String CHANNEL = "keyledger_appended";

  /** What a notification says that asks for a new attempt at what is held. */
  static final String RETRY = "retry";

  /** What a notification begins with that asks for a topic to be made anew; its name follows. */
  static final String RENEW = "renew ";

  private static final Logger log = LoggerFactory.getLogger(RelayWatch.class);
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(250);

  private final DataSource unpooled;
  private final Lease lease;
  private final Signal appended;
  private final Runnable leadershipChanged;
  private final Runnable retryAsked;
  private final Consumer<String> renewalAsked;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param unpooled a connection each time
   * @param leadershipChanged called when the lease was taken or lost
   * @param retryAsked called when an operator at any replica wants what is held tried again
   * @param renewalAsked called with the name of a topic that an operator wants made anew
   */
  RelayWatch(
      DataSource unpooled,
      Lease lease,
      Signal appended,
      Runnable leadershipChanged,
      Runnable retryAsked,
      Consumer<String> renewalAsked) {
    this.unpooled = unpooled;
    this.lease = lease;
    this.appended = appended;
    this.leadershipChanged = leadershipChanged;
    this.retryAsked = retryAsked;
    this.renewalAsked = renewalAsked;
    this.thread = Thread.ofPlatform().daemon().name("keyledger-relay-watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (Connection connection = unpooled.getConnection()) {
        listen(connection);
        while (!closed) {
          watch(connection);
        }
        lease.giveBack(connection);
      } catch (SQLException e) {
        log.warn("The relay's watch has lost its database connection ({})", e.getSQLState());
        LockSupport.parkNanos(RECONNECT_AFTER.toNanos());
      } catch (RuntimeException | Error e) {
        // Without this thread the lease runs out, and this replica never takes it up again.
        log.error("The relay's watch failed, and begins anew", e);
        LockSupport.parkNanos(RECONNECT_AFTER.toNanos());
      }
    }
  }

  private void listen(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // A renewal that a crash of the server forgets is renewed anyway: it needn't wait for a disk.
      statement.execute("SET synchronous_commit = off");
      statement.execute("LISTEN " + CHANNEL);
    }
    appended.give();
  }

  private void watch(Connection connection) throws SQLException {
    boolean before = lease.isHeld();
    lease.renew(connection);
    if (lease.isHeld() != before) {
      leadershipChanged.run();
    }
    long next = System.nanoTime() + lease.renewEvery().toNanos();
    long left = lease.renewEvery().toMillis();
    while (left > 0 && !closed) {
      PGNotification[] notifications =
          connection.unwrap(PGConnection.class).getNotifications((int) left);
      if (notifications != null && notifications.length > 0) {
        appended.give();
        Arrays.stream(notifications).map(PGNotification::getParameter).forEach(this::asked);
      }
      left = (next - System.nanoTime()) / 1_000_000;
    }
  }

  private void asked(String parameter) {
    if (parameter.equals(RETRY)) {
      retryAsked.run();
    } else if (parameter.startsWith(RENEW)) {
      renewalAsked.accept(parameter.substring(RENEW.length()));
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
