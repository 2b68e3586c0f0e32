package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.testing.Cluster;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A fault that strikes again and again while clients work and while endings that were reported in
 * force are asked about. Then the checker: nothing that was acknowledged is lost, ledger, topics,
 * views and verdicts agree, receivers were told of each once, and no receipt was false.
 */
final class UnderLoad {
  /** How often each fault strikes. */
  static final int ROUNDS = Integer.getInteger("keyledger.faults.rounds", 10);

  private static final int CLIENTS = 4;
  private static final int COMMANDS_BETWEEN_FAULTS = 5;
  private static final Duration SETTLES_WITHIN = Duration.ofMinutes(3);

  private final Cluster cluster;

  interface Fault {
    void strike(int round) throws Exception;
  }

  UnderLoad(Cluster cluster) {
    this.cluster = cluster;
  }

  void strike(Fault fault) throws Exception {
    strike(fault, ROUNDS);
  }

  void strike(Fault fault, int rounds) throws Exception {
    var load = new Load(cluster, CLIENTS);
    var promises = new Promises(cluster);
    var receivers = new Receivers(cluster, load.organizations());
    try (receivers) {
      strike(fault, rounds, load, promises);
      check(load, promises, receivers);
    }
  }

  private static void strike(Fault fault, int rounds, Load load, Promises promises)
      throws Exception {
    try (load;
        promises) {
      for (int round = 0; round < rounds; round++) {
        load.awaitProgress(COMMANDS_BETWEEN_FAULTS);
        fault.strike(round);
      }
      load.awaitProgress(COMMANDS_BETWEEN_FAULTS);
    }
  }

  /** When clients have stopped. */
  void check(Load load, Promises promises, Receivers receivers) throws Exception {
    cluster.awaitReady();
    assertThat(promises.broken()).isEmpty();
    assertThat(promises.acceptedByFollowers()).allMatch(times -> times > 0);
    assertThat(load.surprises()).isEmpty();
    awaitSettled();
    var evidence = new Evidence(cluster);
    evidence.showsEveryAcknowledgedCommandOnce(load.acknowledged());
    evidence.showsNoGap();
    evidence.isTheSameOnTheTopic();
    evidence.isTheSameInTheViews(load.organizations());
    evidence.isTheSameInTheVerdicts(load.issued());
    receivers.wereToldOf(load.acknowledged());
    receivers.wereToldOfEachOnce();
    receivers.missNothingThatIsNamed();
  }

  /** The relay has caught up: everything that is in the ledger now is on the topic. */
  void awaitSettled() {
    await()
        .atMost(SETTLES_WITHIN)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> new Evidence(cluster).isOnTheTopic());
  }

  /**
   * Sets up, as clients do that are told to try again: on a busy machine a view is old at times.
   */
  static <T> T setUp(Supplier<T> what) {
    return await()
        .atMost(SETTLES_WITHIN)
        .ignoreExceptionsMatching(refused -> refused.getMessage().contains(" 503 "))
        .until(what::get, made -> true);
  }

  /** A fault that lasts: clients run into it meanwhile. */
  static void passes(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    await().atMost(time.plusSeconds(10)).until(() -> System.nanoTime() >= until);
  }
}
