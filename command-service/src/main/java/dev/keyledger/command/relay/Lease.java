package dev.keyledger.command.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Elects the leader: a row that is renewed while its holder lives, and that any replica may take
 * once it has run out by the database's clock. It only makes takeovers quick and rare; what keeps a
 * paused leader from writing is Kafka's fencing.
 */
final class Lease {
  private static final int RENEWALS = 5;

  private final String holder;
  private final Duration length;
  private final LongSupplier nanoTime;
  private volatile boolean held;
  private volatile long heldUntil;
  private volatile boolean asideForever;
  private volatile long asideUntil;

  Lease(String holder, Duration length, LongSupplier nanoTime) {
    this.holder = holder;
    this.length = length;
    this.nanoTime = nanoTime;
    this.asideUntil = nanoTime.getAsLong();
  }

  boolean isHeld() {
    return held && nanoTime.getAsLong() - heldUntil < 0;
  }

  Duration renewEvery() {
    return length.dividedBy(RENEWALS);
  }

  /** Gives others a turn: at the next renewal the lease is given back and not taken for a while. */
  void stepAside(Duration atLeast) {
    asideUntil = nanoTime.getAsLong() + atLeast.toNanos();
    held = false;
  }

  void stepAsideForGood() {
    asideForever = true;
    held = false;
  }

  /** Takes it, keeps it, or gives it back; whichever is due. Only one thread may call this. */
  void renew(Connection connection) throws SQLException {
    long asked = nanoTime.getAsLong();
    if (asideForever || asked - asideUntil < 0) {
      giveBack(connection);
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE relay_lease
            SET holder = ?, expires_at = clock_timestamp() + make_interval(secs => ?)
            WHERE holder = ? OR expires_at <= clock_timestamp()
            """)) {
      statement.setString(1, holder);
      statement.setDouble(2, length.toNanos() / 1e9);
      statement.setString(3, holder);
      boolean taken = statement.executeUpdate() == 1;
      heldUntil = asked + length.toNanos();
      held = taken && !asideForever && asked - asideUntil >= 0;
    }
  }

  /** So that no other replica has to wait until it runs out. */
  void giveBack(Connection connection) throws SQLException {
    held = false;
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE relay_lease SET expires_at = '-infinity'
            WHERE holder = ? AND expires_at > '-infinity'
            """)) {
      statement.setString(1, holder);
      statement.executeUpdate();
    }
  }
}
