package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.keyledger.client.spring.EndpointAccess;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.events.EventTypes;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** Nothing of Axon may fall back silently to a part that does nothing. */
class AxonWiringTest extends CommandServiceTest {

  @Test
  void everyPartIsTheOneThatWasMeant() {
    assertThat(one.context().getBean(TransactionManager.class))
        .isExactlyInstanceOf(SpringTransactionManager.class);
    assertThat(one.context().getBean(ConnectionProvider.class))
        .isExactlyInstanceOf(SpringDataSourceConnectionProvider.class);
    assertThat(one.context().getBean(EventStorageEngine.class))
        .isInstanceOf(JdbcEventStorageEngine.class)
        .extracting(engine -> engine.getClass().getSimpleName())
        .isEqualTo("LedgerStorageEngine");
    assertThat(one.context().getBean(EventStore.class))
        .isExactlyInstanceOf(EmbeddedEventStore.class);
    assertThat(one.context().getBean(CommandBus.class)).isExactlyInstanceOf(SimpleCommandBus.class);
  }

  @Test
  void eachCommandGoesByItsOwnName() {
    AggregateAnnotationCommandHandler<?> handlers =
        one.context().getBean(AggregateAnnotationCommandHandler.class);
    assertThat(handlers.supportedCommandNames())
        .allMatch(name -> name.startsWith(OrganizationCommand.class.getPackageName()))
        .contains(Register.class.getName(), AddMember.class.getName(), CreateKey.class.getName());
  }

  @Test
  void aWaitingCommandHoldsNoConnection() throws SQLException {
    DataSource dataSource = one.context().getBean(DataSource.class);
    assertThat(dataSource).isInstanceOf(LazyConnectionDataSourceProxy.class);
    assertThat(dataSource.unwrap(HikariDataSource.class).getMaximumPoolSize()).isEqualTo(16);
  }

  @Test
  void everyEndpointDeclaresItsAccessRule() {
    assertThat(EndpointAccess.undeclaredIn(one.context())).isEmpty();
  }

  @Test
  void storedTypesAreNamesOfEventsAndNeverOfClasses() throws SQLException {
    member(organization("standard"), "owner");
    try (Connection connection = database.as("keyledger_command");
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    """
                    SELECT DISTINCT type, convert_from(payload, 'UTF8') || convert_from(metadata, 'UTF8'), id
                    FROM command.event
                    """)) {
      while (rows.next()) {
        assertThat(EventTypes.classOf(rows.getString(1))).as(rows.getString(1)).isPresent();
        assertThat(rows.getString(2))
            .doesNotContain("dev.keyledger", "@class")
            .contains("\"actor\":{");
        assertThat(rows.getString(3)).startsWith("evt_");
      }
    }
  }

  @Test
  void thePlatformsOwnOrganizationIsThereOnce() throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM command.event WHERE organization = '"
                        + PlatformOrganization.ID
                        + "' AND type = 'organization.registered'")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }
}
