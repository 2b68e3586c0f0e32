package dev.keyledger.command.ledger;

import dev.keyledger.command.WhenAppended;
import dev.keyledger.command.deadlines.DeadlineClock;
import dev.keyledger.command.deadlines.KeyDeadlines;
import dev.keyledger.command.idempotency.RememberedAnswers;
import dev.keyledger.command.organization.Organization;
import dev.keyledger.events.credential.ServerKeysFile;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.AggregateSnapshotter;
import org.axonframework.eventsourcing.GenericAggregateFactory;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.Repository;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Axon's parts, each named. Its auto-configuration is not on the class path: on this release of
 * Boot it would replace what it doesn't find by transactions that do nothing.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LedgerSettings.class)
class LedgerConfiguration {
  private static final String UNIQUE_VIOLATION = "23505";

  @Bean
  TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
    return new SpringTransactionManager(transactions);
  }

  @Bean
  ConnectionProvider axonConnectionProvider(DataSource dataSource) {
    return new SpringDataSourceConnectionProvider(dataSource);
  }

  @Bean
  EventStorageEngine eventStorageEngine(
      ConnectionProvider connections,
      TransactionManager axonTransactionManager,
      @Value("${keyledger.relay.gap-timeout:PT30S}") Duration gapTimeout) {
    var serializer = new LedgerSerializer();
    return new LedgerStorageEngine(
        JdbcEventStorageEngine.builder()
            .connectionProvider(connections)
            .transactionManager(axonTransactionManager)
            .persistenceExceptionResolver(new SQLStateResolver(UNIQUE_VIOLATION))
            .eventSerializer(serializer)
            .snapshotSerializer(serializer)
            .schema(
                EventSchema.builder()
                    .eventTable("event")
                    .snapshotTable("snapshot")
                    .globalIndexColumn("global_index")
                    .aggregateIdentifierColumn("organization")
                    .sequenceNumberColumn("position")
                    .eventIdentifierColumn("id")
                    .typeColumn("aggregate_type")
                    .timestampColumn("recorded_at")
                    .payloadTypeColumn("type")
                    .payloadRevisionColumn("revision")
                    .payloadColumn("payload")
                    .metaDataColumn("metadata")
                    .build())
            .gapTimeout((int) gapTimeout.toMillis())
            .batchSize(1_000));
  }

  @Bean(destroyMethod = "shutDown")
  EventStore eventStore(EventStorageEngine engine) {
    return EmbeddedEventStore.builder().storageEngine(engine).build();
  }

  @Bean(destroyMethod = "shutdown")
  ExecutorService snapshotExecutor() {
    return Executors.newSingleThreadExecutor(
        Thread.ofPlatform().daemon().name("keyledger-snapshots").factory());
  }

  /** Off the command's thread, which holds a connection and the organisation's lock. */
  @Bean
  Snapshotter snapshotter(
      EventStore events, TransactionManager transactions, ExecutorService snapshotExecutor) {
    return AggregateSnapshotter.builder()
        .eventStore(events)
        .transactionManager(transactions)
        .executor(snapshotExecutor)
        .aggregateFactories(new GenericAggregateFactory<>(Organization.class))
        .build();
  }

  @Bean
  Repository<Organization> organizations(
      EventStore events, Snapshotter snapshotter, JdbcClient jdbc, LedgerSettings settings) {
    return new OrganizationRepository(
        events, snapshotter, new OrganizationLock(jdbc), settings, System::nanoTime);
  }

  @Bean
  Slugs slugs(JdbcClient jdbc) {
    return new Slugs(jdbc);
  }

  @Bean
  RememberedAnswers rememberedAnswers(
      JdbcClient jdbc, ServerKeysFile keys, SecureRandom secureRandom) {
    return new RememberedAnswers(jdbc, keys, secureRandom);
  }

  @Bean
  KeyDeadlines keyDeadlines(JdbcClient jdbc) {
    return new KeyDeadlines(jdbc);
  }

  @Bean
  CommandBus commandBus(
      TransactionManager transactions,
      Repository<Organization> organizations,
      Slugs slugs,
      RememberedAnswers answers,
      KeyDeadlines deadlines) {
    var bus = SimpleCommandBus.builder().transactionManager(transactions).build();
    bus.registerHandlerInterceptor(
        new CorrelationDataInterceptor<>(LedgerConfiguration::whoAskedFromWhere));
    bus.subscribe(Request.NAME, new RequestHandler(organizations, slugs, answers, deadlines));
    return bus;
  }

  /** An event's metadata: that of the command which it came from. */
  private static Map<String, ?> whoAskedFromWhere(Message<?> message) {
    return message.getPayload() instanceof Request request && request.asked() != null
        ? Map.of(
            LedgerSerializer.ACTOR, request.asked().actor(),
            LedgerSerializer.ORIGIN, request.asked().origin())
        : Map.of();
  }

  @Bean
  Ledger ledger(CommandBus commandBus, ObjectProvider<WhenAppended> listeners) {
    return new Ledger(
        DefaultCommandGateway.builder().commandBus(commandBus).build(),
        List.copyOf(listeners.orderedStream().toList()));
  }

  @Bean
  DeadlineClock deadlineClock(
      KeyDeadlines deadlines,
      RememberedAnswers answers,
      Ledger ledger,
      Clock clock,
      LedgerSettings settings) {
    return new DeadlineClock(deadlines, answers, ledger, clock, settings.deadlineInterval());
  }

  @Bean
  AppendBound appendBound(
      JdbcClient jdbc, @Value("${keyledger.relay.gap-timeout:PT30S}") Duration gapTimeout) {
    return new AppendBound(jdbc, gapTimeout);
  }
}
