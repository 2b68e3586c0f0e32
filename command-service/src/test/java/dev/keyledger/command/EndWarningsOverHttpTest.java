package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two replicas with one clock, which say once what comes near, and have people told. */
class EndWarningsOverHttpTest extends CommandServiceTest {
  private final RegisteredOrganization organization = organization("standard");
  private final String developer = member(organization, "developer");

  private String made(int days) {
    Answer answer =
        one.post(
            developer,
            organization.keys(),
            "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":%d}".formatted(days));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.body().at("/key/id").stringValue();
  }

  /** Days that were left, of each warning in order. */
  private List<String> warnings(String key) throws SQLException {
    return texts(
        "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'days_left' FROM command.event"
            + " WHERE type = 'key.ending_soon' AND organization = '"
            + organization.id()
            + "' AND convert_from(payload, 'UTF8')::jsonb ->> 'key' = '"
            + key
            + "' ORDER BY position");
  }

  private static List<String> texts(String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (Connection connection = database.asSuperuser();
        ResultSet rows = connection.createStatement().executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private List<String> letters() {
    return tokenService.toldOfEnds().stream()
        .filter(letter -> letter.startsWith(organization.slug() + " "))
        .toList();
  }

  private static void write(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser()) {
      connection.createStatement().execute(sql);
    }
  }

  @Test
  void whoeverMadeAKeyIsToldOnceOfItsNearEndAndOfTheNearestAlone() throws Exception {
    String person = developer.split("\\|")[0];
    String key = made(90);
    String other = made(91);
    clock.advance(Duration.ofDays(61).plusHours(1));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(warnings(key)).containsExactly("30");
          assertThat(warnings(other)).containsExactly("30");
          assertThat(letters()).containsExactly(organization.slug() + " " + person + " 30");
        });
    clock.advance(Duration.ofDays(28).plusHours(5));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(warnings(key)).containsExactly("30", "1");
          assertThat(warnings(other)).containsExactly("30", "7");
          assertThat(letters()).hasSize(3);
        });
    // Looked at once more, as after a replica that died before it had moved on.
    write("UPDATE command.key_deadline SET warn_at = '-infinity' WHERE key = '" + key + "'");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> texts("SELECT warn_at FROM command.key_deadline WHERE key = '" + key + "'"),
            List.of("infinity")::equals);
    assertThat(warnings(key)).containsExactly("30", "1");
    assertThat(letters()).hasSize(3);
  }

  @Test
  void aKeyThatAReleaseOfBeforeMadeIsLookedAtThirtyDaysBeforeItsEnd() throws Exception {
    String key = made(400);
    write("DELETE FROM command.key_deadline WHERE key = '" + key + "'");
    write(
        "INSERT INTO command.key_deadline (organization, key, kind, due_at, position)"
            + " VALUES ('%s', '%s', 'expiry', '2100-01-31T00:00:00Z', 1)"
                .formatted(organization.id(), key));
    assertThat(
            texts(
                "SELECT warn_at AT TIME ZONE 'UTC' FROM command.key_deadline WHERE key = '"
                    + key
                    + "'"))
        .containsExactly("2100-01-01 00:00:00");
  }

  @Test
  void aKeyWhoseSecretComesNearTheAgeThatPolicyBoundsIsToldOfAndEndsUnlessItIsRotated()
      throws Exception {
    String person = developer.split("\\|")[0];
    Answer set =
        one.send(
            "PATCH",
            OPERATOR,
            "/v1/organizations/" + organization.id() + "/policy",
            "{\"keys\":{\"maximum_age\":\"P60D\"}}");
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    clock.advance(Duration.ofHours(1));
    String key = made(400);
    String rotated = made(400);
    clock.advance(Duration.ofDays(30).plusHours(1));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(warnings(key)).containsExactly("30");
          assertThat(warnings(rotated)).containsExactly("30");
          assertThat(letters()).containsExactly(organization.slug() + " " + person + " 30");
        });
    Answer anew = one.post(developer, organization.keys() + "/" + rotated + "/rotate", "{}");
    assertThat(anew.status()).as(anew.text()).isEqualTo(200);
    clock.advance(Duration.ofDays(30));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(
                    texts(
                        "SELECT concat_ws(' ', type, convert_from(payload, 'UTF8')::jsonb ->> 'expires_by')"
                            + " FROM command.event WHERE organization = '"
                            + organization.id()
                            + "' AND type IN ('key.ending_soon', 'key.expired') ORDER BY type, position"))
                .containsExactly(
                    "key.ending_soon age",
                    "key.ending_soon age",
                    "key.ending_soon age",
                    "key.expired age"));
    assertThat(warnings(rotated)).containsExactly("30", "30");
  }

  /** As of keys of a hundred and one people who began on one day. */
  @Test
  void ofManyPeopleEachGetsTheirLetter() throws Exception {
    write(
        "INSERT INTO command.ending_letter (organization, person, days_left, slug, position, waiting, next_at)"
            + " SELECT '%s', 'per_' || uuidv7(), 30, '%s', 1, true, now() FROM generate_series(1, 101)"
                .formatted(organization.id(), organization.slug()));
    await().atMost(Duration.ofSeconds(20)).until(() -> letters().size() == 101);
    assertThat(letters()).doesNotHaveDuplicates();
  }

  @Test
  void lettersThatCannotBePutWaitUntilTheyCan() throws Exception {
    made(45);
    tokenService.away(true);
    try {
      clock.advance(Duration.ofDays(15).plusHours(1));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  texts(
                      "SELECT next_at > now() FROM command.ending_letter WHERE waiting AND organization = '"
                          + organization.id()
                          + "'"),
              List.of("t")::equals);
    } finally {
      tokenService.away(false);
    }
    write(
        "UPDATE command.ending_letter SET next_at = now() WHERE organization = '"
            + organization.id()
            + "'");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                texts(
                    "SELECT waiting FROM command.ending_letter WHERE organization = '"
                        + organization.id()
                        + "'"),
            List.of("f")::equals);
    // The stub takes what it then answers with a refusal: whose answer is lost may put it twice.
    assertThat(letters()).hasSize(2);
  }
}
