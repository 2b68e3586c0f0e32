package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A long stream isn't read whole for ever, and nothing is decided otherwise for that. */
class SnapshotsTest extends CommandServiceTest {

  @Test
  void aReplicaThatHasToReadALongStreamLeavesASnapshotAndDecidesOnIt() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String key =
        one.post(owner, organization.keys(), newKey("k", "live"))
            .body()
            .required("key")
            .required("id")
            .stringValue();
    String path = organization.keys() + "/" + key;
    for (int i = 0; i < 510; i++) {
      Answer renamed =
          one.send("PATCH", owner, path, "{\"name\":\"n%d\"}".formatted(i), "Prefer", "wait=0");
      assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
    }
    // The other replica has never seen it.
    assertThat(two.post(owner, path + "/rotate", "{}", "Prefer", "wait=0").status()).isEqualTo(200);
    await().atMost(Duration.ofSeconds(20)).until(() -> snapshots(organization) > 0);

    forgetSnapshots(organization);
    try (var third = Replica.start(database, serverKeys.json(), tokenService, clock)) {
      // Who only asks has a replica read all of it; the snapshot that is due is the next command's.
      Answer foretold = third.post(owner, path + "/revoke?dry_run=true", "");
      assertThat(foretold.body().at("/counts/events").intValue()).isEqualTo(1);
      assertThat(snapshots(organization)).isZero();
      assertThat(third.post(owner, path + "/rotate", "{}", "Prefer", "wait=0").code())
          .isEqualTo("rotation_in_progress");
      Answer completed = third.post(owner, path + "/rotation/complete", "", "Prefer", "wait=0");
      assertThat(completed.status()).as(completed.text()).isEqualTo(200);
      assertThat(completed.body().required("key").required("name").stringValue()).isEqualTo("n509");
      await().atMost(Duration.ofSeconds(20)).until(() -> snapshots(organization) > 0);
    }
    assertThat(one.post(owner, path + "/rotation/complete", "", "Prefer", "wait=0").code())
        .isEqualTo("not_rotating");
  }

  private static void forgetSnapshots(RegisteredOrganization organization) throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                "DELETE FROM command.organization_snapshot WHERE organization = ?")) {
      statement.setString(1, organization.id());
      assertThat(statement.executeUpdate()).isPositive();
    }
  }

  private static int snapshots(RegisteredOrganization organization) throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                "SELECT count(*) FROM command.organization_snapshot WHERE organization = ?")) {
      statement.setString(1, organization.id());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
