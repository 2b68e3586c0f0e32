package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.PersonId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Erasing is decided once, and comes to its end whatever fails on the way. */
class ErasureTest extends CommandServiceTest {
  private static String path(PersonId person) {
    return "/v1/platform/persons/" + person + "/erase";
  }

  private static PersonId personOf(String token) {
    return new PersonId(token.split("\\|")[0]);
  }

  /** A member of two organisations, with a key in the first. */
  private record Tenant(RegisteredOrganization first, RegisteredOrganization second, String token) {
    PersonId person() {
      return personOf(token);
    }
  }

  private static Tenant tenant() {
    RegisteredOrganization first = organization("standard");
    RegisteredOrganization second = organization("standard");
    member(first, "owner");
    member(second, "owner");
    String token = member(first, "developer");
    one.post(token, first.keys(), newKey("k", "test"));
    String email = tokenService.emailOf(token.split("\\|")[0]);
    Answer added =
        one.post(
            OPERATOR,
            second.path() + "/members",
            "{\"email\":\"%s\",\"role\":\"admin\"}".formatted(email));
    assertThat(added.status()).isEqualTo(201);
    return new Tenant(first, second, token);
  }

  private static List<String> types(RegisteredOrganization organization) throws SQLException {
    var types = new ArrayList<String>();
    try (Connection connection = database.asSuperuser();
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT type, metadata FROM command.event WHERE organization = '"
                        + organization.id()
                        + "' ORDER BY position")) {
      while (rows.next()) {
        JsonNode metadata =
            EventCodec.mapper().readTree(new String(rows.getBytes(2), StandardCharsets.UTF_8));
        types.add(rows.getString(1) + " by " + metadata.at("/actor/kind").asString());
      }
    }
    return types;
  }

  @AfterEach
  void goOn() {
    tokenService.erasesNoMore(false);
  }

  @Test
  void aPersonLeavesEveryOrganizationAndEachSaysByWhom() throws SQLException {
    Tenant tenant = tenant();
    Answer erased = one.post(OPERATOR, path(tenant.person()), "");

    assertThat(erased.status()).as(erased.text()).isEqualTo(200);
    assertThat(erased.body().path("complete").asBoolean()).isTrue();
    assertThat(erased.body().path("organizations")).hasSize(2);
    assertThat(erased.body().at("/sessions/ended").asInt()).isEqualTo(1);
    assertThat(erased.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(tokenService.isErased(tenant.person())).isTrue();
    assertThat(types(tenant.first()))
        .endsWith(
            "member.erased by operator", "member.removed by operator", "key.revoked by operator");
    assertThat(types(tenant.second()))
        .endsWith("member.erased by operator", "member.removed by operator");
    assertThat(types(new RegisteredOrganization(PlatformOrganization.ID.value(), "", "")))
        .endsWith("person.erased by operator");
    assertThat(one.post(tenant.token(), tenant.first().keys(), newKey("k", "test")).status())
        .isEqualTo(403);
  }

  @Test
  void againTheSameComesOfItAndNothingIsWritten() throws SQLException {
    Tenant tenant = tenant();
    Answer first = one.post(OPERATOR, path(tenant.person()), "");
    int events = types(tenant.first()).size();
    Answer again = two.post(OPERATOR, path(tenant.person()), "");

    assertThat(again.status()).isEqualTo(200);
    for (String field : List.of("person", "erased_at", "position", "complete", "organizations")) {
      assertThat(again.body().path(field)).as(field).isEqualTo(first.body().path(field));
    }
    assertThat(types(tenant.first())).hasSize(events);
    Answer dry = two.post(OPERATOR, path(tenant.person()) + "?dry_run=true", "");
    assertThat(dry.body().path("events")).isEmpty();
  }

  @Test
  void whatTokenServiceCannotDoNowIsDoneWhenItCan() throws SQLException {
    Tenant tenant = tenant();
    tokenService.erasesNoMore(true);
    Answer decided = one.post(OPERATOR, path(tenant.person()), "");

    assertThat(decided.status()).as(decided.text()).isEqualTo(202);
    assertThat(decided.body().path("complete").asBoolean()).isFalse();
    assertThat(decided.header("Keyledger-In-Force")).isEqualTo("false");
    assertThat(types(tenant.first())).contains("member.erased by operator");
    assertThat(tokenService.isErased(tenant.person())).isFalse();
    tokenService.erasesNoMore(false);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> tokenService.isErased(tenant.person()));
  }

  /** As it stands when the process dies right behind the decision. */
  @Test
  void whatWasOnlyDecidedIsCarriedOutByWhoeverIsLeft() throws SQLException {
    Tenant tenant = tenant();
    tokenService.erasesNoMore(true);
    try (Connection connection = database.asSuperuser()) {
      connection
          .createStatement()
          .executeUpdate(
              """
              INSERT INTO command.erasure (person, position, decided_at, context, claimed_until)
              VALUES ('%s', 0, now(), convert_to('{"actor":{"kind":"operator","person":"%s"},"origin":{}}', 'UTF8'),
                      '-infinity')
              """
                  .formatted(tenant.person(), OPERATOR));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> types(tenant.second()).contains("member.removed by operator"));
    tokenService.erasesNoMore(false);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> tokenService.isErased(tenant.person()));
  }

  /** As it stands when the process dies between one organisation and the next. */
  @Test
  void whatWasDoneInOneOrganizationAloneIsDoneInTheOthersAndThereNoMore() throws SQLException {
    Tenant tenant = tenant();
    tokenService.erasesNoMore(true);
    refuseErasuresOf(tenant.second());
    try {
      Answer decided = one.post(OPERATOR, path(tenant.person()), "");
      assertThat(decided.status()).as(decided.text()).isEqualTo(202);
      assertThat(types(tenant.first())).contains("member.erased by operator");
      assertThat(types(tenant.second())).doesNotContain("member.erased by operator");
    } finally {
      update("DROP TRIGGER killed ON command.event");
    }
    int events = types(tenant.first()).size();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> types(tenant.second()).contains("member.removed by operator"));
    assertThat(tokenService.isErased(tenant.person())).isFalse();
    tokenService.erasesNoMore(false);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isDone(tenant.person()));
    assertThat(tokenService.isErased(tenant.person())).isTrue();
    assertThat(types(tenant.first())).hasSize(events);
  }

  /**
   * As it stands when the process dies behind the last step, before it is kept that all is done.
   */
  @Test
  void whereAllIsDoneButNotKeptAsDoneNothingIsWrittenAgain() throws SQLException {
    Tenant tenant = tenant();
    one.post(OPERATOR, path(tenant.person()), "");
    int first = types(tenant.first()).size();
    int second = types(tenant.second()).size();
    update(
        """
        UPDATE command.erasure SET done_at = NULL, claimed_until = '-infinity',
          context = convert_to('{"actor":{"kind":"operator","person":"%s"},"origin":{}}', 'UTF8')
        WHERE person = '%s'
        """
            .formatted(OPERATOR, tenant.person()));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isDone(tenant.person()));
    assertThat(types(tenant.first())).hasSize(first);
    assertThat(types(tenant.second())).hasSize(second);
  }

  private static void refuseErasuresOf(RegisteredOrganization organization) throws SQLException {
    update(
        """
        CREATE OR REPLACE FUNCTION command.kill() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
        CREATE TRIGGER killed BEFORE INSERT ON command.event FOR EACH ROW
          WHEN (NEW.organization = '%s' AND NEW.type LIKE 'member.%%') EXECUTE FUNCTION command.kill()
        """
            .formatted(organization.id()));
  }

  private static boolean isDone(PersonId person) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT done_at IS NOT NULL FROM command.erasure WHERE person = '"
                        + person
                        + "'")) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void update(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void nobodyErasedComesToBelongSomewhere() {
    Tenant tenant = tenant();
    RegisteredOrganization other = organization("standard");
    one.post(OPERATOR, path(tenant.person()), "");
    Answer late =
        one.post(
            OPERATOR,
            other.path() + "/members",
            "{\"email\":\"%s\",\"role\":\"admin\"}"
                .formatted(tokenService.emailOf(tenant.person().value())));
    assertThat(late.status()).as(late.text()).isEqualTo(503);
  }

  @Test
  void itIsForetoldOfEachOrganization() {
    Tenant tenant = tenant();
    Answer dry = one.post(OPERATOR, path(tenant.person()) + "?dry_run=true", "");

    assertThat(dry.status()).as(dry.text()).isEqualTo(200);
    assertThat(dry.body().at("/events/0/type").asString()).isEqualTo("person.erased");
    assertThat(dry.body().path("organizations")).hasSize(2);
    assertThat(dry.body().path("organizations").valueStream())
        .anySatisfy(one -> {
          assertThat(one.path("organization").asString()).isEqualTo(tenant.first().id());
          assertThat(one.at("/touches/keys")).hasSize(1);
          assertThat(one.at("/touches/members/0/role/after").isNull()).isTrue();
        });
    assertThat(tokenService.isErased(tenant.person())).isFalse();
  }

  @Test
  void itIsRefusedOfTheLastOwnerOfTheUnknownAndToWhoeverIsNoOtherOperator() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    for (String dry : List.of("", "?dry_run=true")) {
      Answer last = one.post(OPERATOR, path(personOf(owner)) + dry, "");
      assertThat(last.code()).isEqualTo("last_owner");
      assertThat(last.body().at("/organizations/0").asString()).isEqualTo(organization.id());
      assertThat(one.post(owner, path(personOf(owner)) + dry, "").status()).isEqualTo(403);
      assertThat(one.post(OPERATOR, path(new PersonId(OPERATOR)) + dry, "").code())
          .isEqualTo("own_person");
      PersonId nobody = PersonId.of(UuidCreator.getTimeOrderedEpoch());
      assertThat(one.post(OPERATOR, path(nobody) + dry, "").code()).isEqualTo("person_not_found");
      assertThat(one.post(OPERATOR, "/v1/platform/persons/none/erase" + dry, "").code())
          .isEqualTo("person_not_found");
    }
    assertThat(tokenService.isErased(personOf(owner))).isFalse();
  }
}
