package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;

/** The only command-service that is left, killed while it is in a transaction of Kafka's. */
final class LoneRelay {
  /** What verifiers may be 503 for: no replica is there to end the transaction, so brokers do. */
  static final Duration REFUSES = Duration.ofSeconds(3);

  private static final String TRANSACTIONAL_ID = "keyledger-relay";

  /**
   * Behind other faults: a relay whose brokers were too slow gives its transactions twice the time
   * at each attempt, up to ten seconds, and verifiers go by their own staleness on top.
   */
  static final Duration REFUSES_AFTER_SLOWNESS = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final String secret;

  LoneRelay(Cluster cluster) {
    this.cluster = cluster;
    Organization organization = cluster.people().liveOrganization("standard");
    Answer created =
        cluster
            .people()
            .join(organization, "owner")
            .api()
            .with("Prefer", "wait=10")
            .post(organization.path() + "/keys", Map.of("name", "key", "environment", "test"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    secret = created.text("secret");
  }

  /**
   * Both replicas of command-service are running again afterwards.
   *
   * @param last the replica that is killed in a transaction; the other one is killed before
   * @return for how long verifiers refused at a stretch
   */
  Duration refusedAfterKill(int last) throws Exception {
    try (Admin kafka = cluster.kafka().admin()) {
      cluster.replica(Service.COMMAND, 1 - last).process().kill();
      // What that one may have left open is ended by the other, as it takes over.
      await().atMost(PATIENCE).ignoreExceptions().until(() -> allAccept());
      killInATransaction(cluster.replica(Service.COMMAND, last).process(), kafka);
      return longestRefusal(kafka);
    } finally {
      cluster.restart(Service.COMMAND, last);
      cluster.restart(Service.COMMAND, 1 - last);
      cluster.awaitReady();
    }
  }

  private static void killInATransaction(ChildProcess relay, Admin kafka) {
    await()
        .pollInterval(Duration.ofMillis(3))
        .atMost(PATIENCE)
        .until(() -> {
          relay.pause();
          if (isInATransaction(kafka)) {
            return true;
          }
          relay.resume();
          return false;
        });
    relay.kill();
  }

  private static boolean isInATransaction(Admin kafka)
      throws ExecutionException, InterruptedException {
    return kafka
            .describeTransactions(List.of(TRANSACTIONAL_ID))
            .description(TRANSACTIONAL_ID)
            .get()
            .state()
        == TransactionState.ONGOING;
  }

  /** Until the transaction is over and verifiers have accepted since. */
  private Duration longestRefusal(Admin kafka) throws Exception {
    long begin = System.nanoTime();
    long acceptedAt = begin;
    long longest = 0;
    boolean open;
    boolean accepted;
    do {
      open = isInATransaction(kafka);
      accepted = allAccept();
      long now = System.nanoTime();
      longest = Math.max(longest, now - acceptedAt);
      if (accepted) {
        acceptedAt = now;
      }
    } while ((open || !accepted) && System.nanoTime() - begin < PATIENCE.toNanos());
    return Duration.ofNanos(longest);
  }

  private boolean allAccept() {
    boolean accepted = true;
    for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
      Answer answer = cluster.api(Service.TOKEN, replica).as(secret).post("/v1/authorize");
      assertThat(answer.status()).as(answer.toString()).isIn(200, 503);
      accepted &= answer.status() == 200;
    }
    return accepted;
  }
}
