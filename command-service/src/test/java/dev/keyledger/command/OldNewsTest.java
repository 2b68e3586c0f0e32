package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A replica that has just decided for an organisation may accept by what it saw then. Here another
 * one has written since: the caller can't tell by an answer.
 */
class OldNewsTest extends CommandServiceTest {
  private RegisteredOrganization organization;
  private String owner;

  @BeforeEach
  void anOrganization() {
    organization = organization("incard");
    owner = member(organization, "owner");
  }

  private Answer create(Replica replica, String... headers) {
    return replica.post(owner, organization.keys(), newKey("k", "sandbox"), headers);
  }

  private static String idOf(Answer created) {
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return created.body().required("key").required("id").stringValue();
  }

  private Answer rename(Replica replica, String key, String name) {
    return replica.send(
        "PATCH", owner, organization.keys() + "/" + key, "{\"name\":\"" + name + "\"}");
  }

  @Test
  void whatTheSeenStateRefusesIsDecidedByTheCommittedOne() {
    String key = idOf(create(two));
    for (int i = 0; i < 4; i++) {
      idOf(create(two));
    }
    one.post(owner, organization.keys() + "/" + key + "/revoke", "");

    idOf(create(two));
  }

  @Test
  void whatTheSeenStateAcceptsIsRefusedIfTheCommittedOneRefusesIt() {
    for (int i = 0; i < 4; i++) {
      idOf(create(two));
    }
    idOf(create(one));

    assertThat(create(two).code()).isEqualTo("key_limit_reached");
  }

  @Test
  void whatSeemsToBeSoAlreadyIsLookedAtAgain() {
    String key = idOf(create(two));
    rename(two, key, "a");
    long position = Long.parseLong(rename(one, key, "b").header("Keyledger-Position"));

    Answer again = rename(two, key, "a");

    assertThat(again.body().required("key").required("name").stringValue()).isEqualTo("a");
    assertThat(again.header("Keyledger-Position")).isEqualTo(String.valueOf(position + 1));
  }

  @Test
  void aRememberedSecretIsNotGivenToWhomTheSeenStateTakesForAMember() {
    String admin = member(organization, "admin");
    Answer first =
        two.post(
            admin, organization.keys(), newKey("k", "sandbox"), "Idempotency-Key", "old-news-1");
    idOf(first);
    Answer removed =
        one.send("DELETE", owner, organization.path() + "/members/" + memberIdOf(admin), "");
    assertThat(removed.status()).as(removed.text()).isEqualTo(204);

    Answer again =
        two.post(
            admin, organization.keys(), newKey("k", "sandbox"), "Idempotency-Key", "old-news-1");

    assertThat(again.status()).isEqualTo(403);
  }

  @Test
  void replicasThatTakeTurnsLoseARaceOnceAndNotEveryTime() throws SQLException {
    long lost = unusedIndices();
    String key = idOf(create(one));
    for (int i = 0; i < 20; i++) {
      assertThat(rename(i % 2 == 0 ? two : one, key, "name " + i).status()).isEqualTo(200);
    }

    assertThat(unusedIndices() - lost).isLessThanOrEqualTo(2);
  }

  /** What an append took that then lost the race. */
  private static long unusedIndices() throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT max(global_index) - count(*) FROM command.event")) {
      row.next();
      return row.getLong(1);
    }
  }
}
