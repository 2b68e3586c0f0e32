package dev.keyledger.command.ledger;

import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.OrganizationCommand;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.DuplicateCommandHandlerResolution;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.modelling.command.Repository;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SQLExceptionTranslator;
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
      ConnectionProvider connections, TransactionManager axonTransactionManager) {
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
            .batchSize(1_000));
  }

  @Bean(destroyMethod = "shutDown")
  EventStore eventStore(EventStorageEngine engine) {
    return EmbeddedEventStore.builder().storageEngine(engine).build();
  }

  @Bean
  Snapshots snapshots(JdbcClient jdbc) {
    return new Snapshots(jdbc);
  }

  @Bean
  SnapshotWriter snapshotWriter(Snapshots snapshots) {
    return new SnapshotWriter(snapshots);
  }

  @Bean
  OrganizationsAtHand organizationsAtHand(
      OrganizationHistory history,
      Snapshots snapshots,
      SnapshotWriter writer,
      LedgerSettings settings,
      MeterRegistry registry) {
    var atHand = new OrganizationsAtHand(history, snapshots, writer, settings, System::nanoTime);
    Gauge.builder("keyledger.ledger.cache", atHand, OrganizationsAtHand::bytes)
        .baseUnit("bytes")
        .description("Organisations in memory, as they are estimated")
        .register(registry);
    return atHand;
  }

  @Bean
  Repository<Organization> organizations(
      EventStore events,
      OrganizationsAtHand atHand,
      OrganizationHistory history,
      OrganizationLock lock) {
    return new OrganizationRepository(events, atHand, history, lock, System::nanoTime);
  }

  /** The aggregate's handlers, one for each command's name. */
  @Bean
  AggregateAnnotationCommandHandler<Organization> commandHandlers(
      Repository<Organization> organizations) {
    AggregateAnnotationCommandHandler<Organization> handlers =
        AggregateAnnotationCommandHandler.<Organization>builder()
            .aggregateType(Organization.class)
            .repository(organizations)
            .commandTargetResolver(LedgerConfiguration::organizationOf)
            .creationPolicyAggregateFactory(id -> new Organization())
            .build();
    CommandCoverage.check(OrganizationCommand.class, handlers.supportedCommandNames());
    return handlers;
  }

  /** The way of a command, from the outside in; the aggregate's handler comes last. */
  @Bean
  CommandBus commandBus(
      TransactionManager transactions,
      CachedStateInterceptor cachedState,
      TurnInterceptor turn,
      DryRunInterceptor dryRun,
      SlugInterceptor slug,
      IdempotencyInterceptor idempotency,
      BesideEventsInterceptor besideEvents,
      AggregateAnnotationCommandHandler<Organization> handlers) {
    var bus =
        SimpleCommandBus.builder()
            .transactionManager(transactions)
            .duplicateCommandHandlerResolver(DuplicateCommandHandlerResolution.rejectDuplicates())
            .build();
    bus.registerHandlerInterceptor(
        new CorrelationDataInterceptor<>(LedgerConfiguration::actorAndOriginOf));
    bus.registerHandlerInterceptor(cachedState);
    bus.registerHandlerInterceptor(turn);
    bus.registerHandlerInterceptor(dryRun);
    bus.registerHandlerInterceptor(slug);
    bus.registerHandlerInterceptor(idempotency);
    bus.registerHandlerInterceptor(besideEvents);
    handlers.subscribe(bus);
    return bus;
  }

  @Bean
  CommandGateway commandGateway(CommandBus bus) {
    return DefaultCommandGateway.builder().commandBus(bus).build();
  }

  private static VersionedAggregateIdentifier organizationOf(CommandMessage<?> message) {
    OrganizationCommand command = LedgerCommand.of(message).command();
    return new VersionedAggregateIdentifier(command.organization().value(), null);
  }

  /** An event's metadata: that of the command which it came from. */
  private static Map<String, ?> actorAndOriginOf(Message<?> message) {
    CommandContext context = LedgerCommand.of(message).command().context();
    return Map.of(
        LedgerSerializer.ACTOR, context.actor(), LedgerSerializer.ORIGIN, context.origin());
  }

  /** So that a commit fails with the same exceptions as a statement. */
  @Bean
  TransactionManagerCustomizer<JdbcTransactionManager> commitFailures(
      SQLExceptionTranslator translator) {
    return transactions -> transactions.setExceptionTranslator(translator);
  }
}
