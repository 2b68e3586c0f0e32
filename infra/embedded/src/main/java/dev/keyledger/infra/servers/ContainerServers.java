package dev.keyledger.infra.servers;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The same servers as containers of the images that a production installation would run. */
final class ContainerServers implements Servers {
  private static final String POSTGRES = "postgres:17";
  private static final String KAFKA = "apache/kafka:4.2.1";

  private final PostgreSQLContainer postgres;
  private final KafkaContainer kafka = new KafkaContainer(KAFKA);
  private final Logins logins;
  private final Database database;
  private final AtomicInteger databases = new AtomicInteger();

  ContainerServers() {
    logins = Logins.random(new SecureRandom());
    postgres =
        new PostgreSQLContainer(POSTGRES)
            .withDatabaseName("postgres")
            .withUsername(Logins.SUPERUSER)
            .withPassword(logins.revealPassword(Logins.SUPERUSER))
            .withCommand("postgres", "-c", "max_connections=300");
    var settings = new LinkedHashMap<String, String>();
    settings.put("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    settings.put("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1");
    settings.put("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1");
    settings.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
    kafka.withEnv(settings);
    Startables.deepStart(postgres, kafka).join();
    database = database("keyledger");
  }

  private Database database(String name) {
    return Database.bootstrap(
        postgres.getHost(),
        postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
        name,
        logins);
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public Database freshDatabase() {
    return database("keyledger_" + databases.incrementAndGet());
  }

  @Override
  public String bootstrapServers() {
    return kafka.getBootstrapServers();
  }

  @Override
  public Broker freshBroker() {
    var another = new KafkaContainer(KAFKA).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    another.start();
    return new Broker() {
      @Override
      public String bootstrapServers() {
        return another.getBootstrapServers();
      }

      @Override
      public void close() {
        another.stop();
      }
    };
  }

  @Override
  public void close() {
    kafka.stop();
    postgres.stop();
  }
}
