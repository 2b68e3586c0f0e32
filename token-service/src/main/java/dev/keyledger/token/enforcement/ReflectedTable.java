package dev.keyledger.token.enforcement;

import dev.keyledger.token.enforcement.access.Reflected;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** One row for all replicas. */
@Component
final class ReflectedTable implements Reflected {
  private static final Logger log = LoggerFactory.getLogger(ReflectedTable.class);

  private final JdbcClient jdbc;
  private long kept = -1;
  private volatile boolean away;

  ReflectedTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public long index() {
    return jdbc.sql("select ledger_index from reflected").query(Long.class).single();
  }

  @Override
  public synchronized void raise(long index) {
    if (index <= kept) {
      return;
    }
    try {
      jdbc.sql("update reflected set ledger_index = :index where ledger_index < :index")
          .param("index", index)
          .update();
      kept = index;
      if (away) {
        away = false;
        log.info("How far this replica has come is kept again");
      }
    } catch (DataAccessException | TransactionException e) {
      // Once per outage: it is tried again every second.
      if (!away) {
        away = true;
        log.warn("How far this replica has come can't be kept until the database is back", e);
      }
    }
  }

  /** Whether the database took what it was last given. */
  boolean isKept() {
    return !away;
  }
}
