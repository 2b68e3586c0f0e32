package dev.keyledger.token.enforcement.status;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** PostgreSQL that gives no connection, and says so once it is let. */
final class SilentDatabase extends AbstractDataSource {
  final CountDownLatch away = new CountDownLatch(1);

  /** A permit for each that asked. */
  final Semaphore asked = new Semaphore(0);

  @Override
  public Connection getConnection() throws SQLException {
    asked.release();
    try {
      away.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SQLTransientConnectionException("none for two seconds");
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return getConnection();
  }
}
