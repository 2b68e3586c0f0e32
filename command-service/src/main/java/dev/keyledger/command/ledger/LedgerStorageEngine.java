package dev.keyledger.command.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.Serializer;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Axon's engine, but for one thing: an event that is all that its command sends to PostgreSQL is a
 * transaction by itself, committed in the round trip that brings it. What is decided goes before an
 * append, and nothing that comes after it may still undo it: the architecture's tests see to that.
 */
final class LedgerStorageEngine extends JdbcEventStorageEngine {
  LedgerStorageEngine(Builder builder) {
    super(builder);
  }

  @Override
  protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
    if (events.size() != 1) {
      super.appendEvents(events, serializer);
      return;
    }
    try (Connection connection = getConnection()) {
      if (isNothingSentYet(connection)) {
        appendByItself(connection, events, serializer);
      } else {
        super.appendEvents(events, serializer);
      }
    } catch (SQLException e) {
      throw new EventStoreException("The ledger could not be appended to", e);
    }
  }

  // Neither change of the mode asks the server anything while no transaction has begun.
  private void appendByItself(
      Connection connection, List<? extends EventMessage<?>> events, Serializer serializer)
      throws SQLException {
    connection.setAutoCommit(true);
    try {
      super.appendEvents(events, serializer);
    } catch (RuntimeException e) {
      try {
        connection.setAutoCommit(false);
      } catch (SQLException lost) {
        // Why it was lost is what the append says.
        e.addSuppressed(lost);
      }
      throw e;
    }
    connection.setAutoCommit(false);
  }

  /** Whether this is a transaction of ours in which no statement has been sent so far. */
  private static boolean isNothingSentYet(Connection connection) throws SQLException {
    return !connection.getAutoCommit()
        && connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
  }
}
