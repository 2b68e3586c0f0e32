package dev.keyledger.integration.tampering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.integration.FromTheLedgerAlone;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A platform that rewrites its own ledger, makes topics, views, logs and checkpoints anew of it and
 * signs them with its own keys: nothing within it disagrees any more. Who kept a checkpoint sees
 * it, and so does a witness; and two auditors, of whom each was shown one of the histories.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RewrittenHistoryTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  private Cluster cluster;
  private Auditor auditor;

  @BeforeAll
  void start() {
    cluster =
        Cluster.start(
            Layout.single()
                .with(Service.DOWNSTREAM, 0)
                .withSetting("keyledger.log.check.interval", "1d"));
    auditor = new Auditor(() -> cluster.people().operator());
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void aCheckpointThatWasKeptAWitnessAndAnotherAuditorTellAHistoryThatWasSignedAnew()
      throws Exception {
    Organization rewritten = suspended();
    Organization untouched = suspended();
    auditor.begin(rewritten.path());
    auditor.begin(untouched.path());
    auditor.beginWithThePlatforms();
    assertThat(auditor.checkWithKept(rewritten.path())).isEqualTo("whole");

    try (var tampering = new Tampering(cluster)) {
      FromTheLedgerAlone.begin(
          cluster,
          () ->
              tampering.sql(
                  "update command.event set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'reason-2',"
                      + " 'reason-Z'), 'UTF8') where organization = '"
                      + rewritten.id()
                      + "'"));
    }
    cluster.awaitReady();
    for (Organization one : new Organization[] {rewritten, untouched}) {
      await()
          .atMost(SOON)
          .until(() ->
              cluster.people().operator().get(one.path() + "/events?at_least=4").status() == 200);
    }

    // Nothing within the platform tells.
    assertThat(new LivePass(cluster).run()).isEmpty();
    assertThat(auditor.check(rewritten.path())).isEqualTo("whole");
    assertThat(history(rewritten)).contains("reason-Z").doesNotContain("reason-2");
    // Who kept anything does: which organisation, and from which position on.
    assertThat(auditor.checkWithKept(rewritten.path())).isEqualTo("OTHER_HISTORY 0");
    assertThat(auditor.witnessed(rewritten.path())).isIn(409, 422);
    assertThat(auditor.isShownTheSameAsBefore()).isFalse();
    assertThat(auditor.platformWitnessed()).isIn(409, 422);
    assertThat(auditor.checkWithKept(untouched.path())).isEqualTo("whole");
    assertThat(auditor.witnessed(untouched.path())).isEqualTo(200);
  }

  private Organization suspended() {
    Organization organization = cluster.people().organization("standard");
    for (int i = 1; i <= 4; i++) {
      Answer done =
          cluster
              .people()
              .operator()
              .post(
                  organization.path() + (i % 2 == 1 ? "/suspend" : "/reinstate"),
                  i % 2 == 1 ? Map.of("reason", "reason-" + (i + 1)) : Map.of());
      assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }
    assertThat(cluster.people().operator().get(organization.path() + "?at_least=4").status())
        .isEqualTo(200);
    return organization;
  }

  private String history(Organization organization) {
    return cluster.people().operator().get(organization.path() + "/events").rawBody();
  }
}
