package dev.keyledger.command.relay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Connections that no load of commands can take from the relay. */
@Component
final class RelayConnections implements AutoCloseable {
  private static final String SCHEMA = "command";
  private static final int SOCKET_TIMEOUT_SECONDS = 10;

  private final PGSimpleDataSource unpooled = new PGSimpleDataSource();
  private final HikariDataSource pooled;

  RelayConnections(
      @Value("${keyledger.database.url}") String url,
      @Value("${keyledger.database.username}") String user,
      @Value("${keyledger.database.password}") String password) {
    unpooled.setUrl(url);
    unpooled.setUser(user);
    unpooled.setPassword(password);
    unpooled.setCurrentSchema(SCHEMA);
    unpooled.setApplicationName("keyledger-relay");
    unpooled.setLogServerErrorDetail(false);
    unpooled.setTcpKeepAlive(true);
    unpooled.setConnectTimeout(SOCKET_TIMEOUT_SECONDS);
    unpooled.setSocketTimeout(SOCKET_TIMEOUT_SECONDS);
    var config = new HikariConfig();
    config.setPoolName("keyledger-relay");
    config.setDataSource(unpooled);
    config.setMaximumPoolSize(6);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    pooled = new HikariDataSource(config);
  }

  /** A connection each time. */
  DataSource unpooled() {
    return unpooled;
  }

  DataSource pooled() {
    return pooled;
  }

  @Override
  public void close() {
    pooled.close();
  }
}
