package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.PersonId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedEventsTest extends CommandServiceTest {
  @Test
  void anEventSaysWhoAskedAndFromWhereUnderTheirOwnKey() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    one.post(
        owner,
        organization.keys(),
        newKey("k", "live"),
        "X-Request-Id",
        "req-4711",
        "X-Forwarded-For",
        "203.0.113.9",
        "User-Agent",
        "acme-console/" + "2".repeat(300));
    List<byte[]> metadata = rows(organization, "metadata");
    var json = EventCodec.mapper().readTree(metadata.getLast());
    Actor actor = EventCodec.mapper().treeToValue(json.required("actor"), Actor.class);
    Origin origin = EventCodec.mapper().treeToValue(json.required("origin"), Origin.class);
    assertThat(actor.kind()).isEqualTo(Actor.Kind.MEMBER);
    assertThat(actor.member().value()).isEqualTo(memberIdOf(owner));
    assertThat(origin.requestId()).isEqualTo("req-4711");
    PersonId person = actor.person();
    assertThat(tokenService.keyOf(person).unseal(origin.address())).contains("203.0.113.9");
    assertThat(tokenService.keyOf(person).unseal(origin.userAgent()))
        .contains("acme-console/" + "2".repeat(243));
    assertThat(new String(metadata.getLast(), java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("console");
    assertThat(origin.cause()).isEqualTo(EventCause.command("create_key"));
  }

  @Test
  void anEventThatAnotherMadeDueNamesThatOneAndItsPosition() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String leaving = member(organization, "developer");
    one.post(leaving, organization.keys(), newKey("k", "live"));

    assertThat(
            one.send("DELETE", owner, organization.path() + "/members/" + memberIdOf(leaving), "")
                .status())
        .isEqualTo(204);

    List<String> types = types(organization);
    int removed = types.indexOf("member.removed");
    assertThat(types.subList(removed, types.size()))
        .containsExactly("member.removed", "key.revoked");
    EventCause cause = causes(organization).getLast();
    assertThat(cause)
        .isEqualTo(
            EventCause.reaction(
                "member_removed", new EventId(texts(organization, "id").get(removed)), removed));
    assertThat(causes(organization).get(removed)).isEqualTo(EventCause.command("remove_member"));
  }

  private static List<EventCause> causes(RegisteredOrganization organization) {
    return rows(organization, "metadata").stream()
        .map(bytes ->
            EventCodec.mapper()
                .treeToValue(EventCodec.mapper().readTree(bytes).required("origin"), Origin.class)
                .cause())
        .toList();
  }

  @Test
  void endsThatCameAreRecordedByThemselvesAndOnce() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String expiring =
        one.post(
                owner,
                organization.keys(),
                "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":1}")
            .body()
            .required("key")
            .required("id")
            .stringValue();
    String rotating =
        one.post(owner, organization.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    one.post(
        owner, organization.keys() + "/" + rotating + "/rotate", "{\"grace_period\":\"PT1H\"}");
    clock.advance(Duration.ofDays(2));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(types(organization)).contains("key.expired", "key.rotation_completed"));
    assertThat(types(organization)).filteredOn("key.expired"::equals).hasSize(1);
    // Each names the event that had set the time.
    int created = types(organization).indexOf("key.created");
    int rotated = types(organization).indexOf("key.rotated");
    List<String> ids = texts(organization, "id");
    assertThat(causes(organization))
        .contains(
            EventCause.reaction("expiry", new EventId(ids.get(created)), created),
            EventCause.reaction("grace_period_over", new EventId(ids.get(rotated)), rotated));
    assertThat(one.post(owner, organization.keys() + "/" + expiring + "/rotate", "").code())
        .isEqualTo("key_not_active");
  }

  private static List<String> types(RegisteredOrganization organization) {
    return texts(organization, "type");
  }

  private static List<String> texts(RegisteredOrganization organization, String column) {
    return rows(organization, "convert_to(" + column + ", 'UTF8')").stream()
        .map(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  private static List<byte[]> rows(RegisteredOrganization organization, String column) {
    List<byte[]> found = new ArrayList<>();
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                "SELECT "
                    + column
                    + " FROM command.event WHERE organization = ? ORDER BY position")) {
      statement.setString(1, organization.id());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getBytes(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }
}
