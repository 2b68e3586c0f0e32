package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Hunt;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An erasure comes to its end, each step once, whichever service is killed between two steps: it is
 * stopped there by a lock of somebody else's, killed, and started again.
 */
@Tag("faults")
class ErasureFaultsTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Cluster cluster = FaultCluster.get();

  /** A person of two organisations, who is to be erased. */
  private record Erased(
      String id, String email, List<Organization> organizations, List<Member> owners) {
    Organization last() {
      return organizations.getLast();
    }
  }

  @FunctionalInterface
  private interface Lock {
    void take(Statement statement) throws SQLException;
  }

  @Test
  void commandServiceIsKilledBetweenOneOrganizationAndTheNext() throws Exception {
    Erased person = member();
    // Whoever appends next waits for this transaction, which never commits.
    killed(
        Service.COMMAND,
        person,
        statement ->
            statement.execute(
                "insert into command.event (organization, position, id, aggregate_type, recorded_at, type, payload,"
                    + " metadata) select organization, max(position) + 1, 'evt_' || gen_random_uuid(), 'Organization',"
                    + " '', '', '', '' from command.event where organization = '"
                    + blockedOf(person)
                    + "' group by organization"));
  }

  @Test
  void tokenServiceIsKilledWhileItForgets() throws Exception {
    Erased person = member();
    killed(
        Service.TOKEN,
        person,
        statement ->
            statement.execute(
                "select from token.person where person_id = '"
                    + person.id().substring(4)
                    + "' for update"));
  }

  @Test
  void queryServiceIsKilledWhileItAppliesWhatFollows() throws Exception {
    Erased person = member();
    killed(
        Service.QUERY,
        person,
        statement ->
            statement.execute(
                "select from query.positions_g"
                    + one("select generation from query.generations where state = 'live'")
                    + " for update"));
  }

  /** Organisations are taken in the order of the table. */
  private String blockedOf(Erased person) throws SQLException {
    return one(
        "select max(organization) from command.person_membership where person = '"
            + person.id()
            + "'");
  }

  private void killed(Service service, Erased person, Lock lock) throws Exception {
    CompletableFuture<Answer> asked;
    try (Connection connection = cluster.servers().database().asSuperuser();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.take(statement);
      asked =
          CompletableFuture.supplyAsync(() ->
              cluster
                  .people()
                  .operator()
                  .post("/v1/platform/persons/" + person.id() + "/erase", Map.of()));
      await().atMost(SOON).until(() -> isWaitedFor(connection));
      cluster.replicas(service).forEach(replica -> replica.process().kill());
      connection.rollback();
    }
    asked.exceptionally(gone -> null).join();
    for (int replica = 0; replica < cluster.replicas(service).size(); replica++) {
      cluster.restart(service, replica);
    }
    cluster.awaitReady();
    mustComeToItsEnd(person);
  }

  private boolean isWaitedFor(Connection holder) throws SQLException {
    String pid;
    try (Statement statement = holder.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      pid = row.getString(1);
    }
    return !one("select count(*) from pg_stat_activity where "
            + pid
            + " = any (pg_blocking_pids(pid))")
        .equals("0");
  }

  private void mustComeToItsEnd(Erased person) throws Exception {
    await()
        .atMost(SOON)
        .until(() ->
            one("select count(*) from command.erasure where done_at is not null and person = '"
                    + person.id()
                    + "'")
                .equals("1"));
    String organizations =
        "('" + person.organizations().getFirst().id() + "', '" + person.last().id() + "')";
    assertThat(
            one(
                "select count(*) from command.event where type = 'member.erased' and organization in "
                    + organizations))
        .isEqualTo("2");
    assertThat(
            one(
                "select count(*) from command.event where type = 'person.erased' and convert_from(payload, 'UTF8')"
                    + " like '%"
                    + person.id()
                    + "%'"))
        .isEqualTo("1");
    for (int i = 0; i < 2; i++) {
      Organization organization = person.organizations().get(i);
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            Answer events =
                cluster.people().operator().get(organization.path() + "/events?type=member.erased");
            assertThat(events.rawBody()).contains("member.erased");
            Answer members =
                cluster.people().operator().get(organization.path() + "/members?status=removed");
            assertThat(members.status()).isEqualTo(200);
            assertThat(members.rawBody()).doesNotContain(person.email());
          });
    }
    Hunt hunt = new Hunt();
    hunt.plant("an erased person's e-mail address", person.email());
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          hunt.searchEverything(cluster);
          assertThat(hunt.found().stream().distinct()).isEmpty();
        });
  }

  private Erased member() {
    Organization first = cluster.people().liveOrganization("standard");
    Organization second = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(first, "owner");
    Member other = cluster.people().join(second, "owner");
    Member person = cluster.people().join(first, "developer");
    Answer invited =
        other
            .api()
            .with("Prefer", "wait=10")
            .post(second.path() + "/members", Map.of("email", person.email(), "role", "auditor"));
    assertThat(invited.status()).as(invited.toString()).isEqualTo(201);
    String claims =
        new String(
            Base64.getUrlDecoder().decode(person.token().split("\\.")[1]), StandardCharsets.UTF_8);
    return new Erased(
        claims.replaceFirst(".*(per_[0-9a-f-]{36}).*", "$1"),
        person.email(),
        List.of(first, second),
        List.of(owner, other));
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = cluster.servers().database().asSuperuser();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
