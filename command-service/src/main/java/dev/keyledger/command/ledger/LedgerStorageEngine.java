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
 * Axon's engine, but for one thing: an event that is all that its command writes is a transaction
 * by itself, so that PostgreSQL commits it in the round trip that brings it. What is decided goes
 * before an append, and nothing comes after it that could still undo it.
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
    try {
      Connection connection = getConnection();
      if (!isAllThereIs(connection)) {
        super.appendEvents(events, serializer);
        return;
      }
      // Neither of these asks the server anything while no transaction has begun.
      connection.setAutoCommit(true);
      try {
        super.appendEvents(events, serializer);
      } finally {
        connection.setAutoCommit(false);
      }
    } catch (SQLException e) {
      throw new EventStoreException("The ledger has no connection to append by", e);
    }
  }

  /** Whether this is a transaction of ours in which no statement has been sent so far. */
  private static boolean isAllThereIs(Connection connection) throws SQLException {
    return !connection.getAutoCommit()
        && connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
  }
}
