package dev.keyledger.kit.web.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FairTurnsTest {
  private static final Network HERE = Network.of("192.0.2.1");
  private static final Network THERE = Network.of("192.0.2.2");

  private final Scheduler scheduler = new ScheduledExecutorScheduler();
  private final FairTurns turns = new FairTurns(8, 8, Duration.ofMinutes(1), scheduler);

  @BeforeEach
  void start() throws Exception {
    scheduler.start();
  }

  @AfterEach
  void stop() throws Exception {
    scheduler.stop();
  }

  @Test
  void oneNetworkLeavesTurnsForAnother() {
    List<Guest> here = enter(20, HERE, null);
    assertThat(here).filteredOn(g -> g.turn != null).hasSize(4);
    assertThat(here).filteredOn(g -> g.refused).hasSize(12);
    assertThat(enter(1, THERE, null).getFirst().turn).isNotNull();
  }

  @Test
  void oneCredentialLeavesTurnsForAnotherWhereverItIsUsed() {
    List<Guest> one = enter(4, HERE, "a");
    one.addAll(enter(4, THERE, "a"));
    assertThat(one).filteredOn(g -> g.turn != null).hasSize(4);
    assertThat(enter(1, THERE, "b").getFirst().turn).isNotNull();
  }

  @Test
  void oneCredentialLeavesRoomForAnotherToWaitIn() {
    List<Guest> one = enter(8, HERE, "a");
    one.addAll(enter(8, THERE, "a"));
    assertThat(one).filteredOn(g -> g.turn == null && !g.refused).hasSize(4);
    assertThat(turns.isFullFor(THERE, "a")).isTrue();
    assertThat(turns.isFullFor(THERE, "b")).isFalse();
    List<Guest> others = enter(4, THERE, "b");
    assertThat(others).filteredOn(g -> g.refused).isEmpty();
  }

  @Test
  void aTurnThatEndsIsTheNextOnes() {
    List<Guest> here = enter(6, HERE, null);
    assertThat(here.get(4).turn).isNull();
    here.getFirst().turn.end();
    here.getFirst().turn.end();
    assertThat(here.get(4).turn).isNotNull();
    assertThat(here.get(5).turn).isNull();
  }

  @Test
  void whoWaitsForTooLongIsRefused() throws Exception {
    var impatient = new FairTurns(2, 4, Duration.ofMillis(50), scheduler);
    Guest first = enter(impatient, HERE, null);
    Guest second = enter(impatient, HERE, null);
    assertThat(second.told.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(second.refused).isTrue();
    first.turn.end();
    assertThat(second.turn).isNull();
  }

  private List<Guest> enter(int number, Network network, String credential) {
    List<Guest> guests = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      guests.add(enter(turns, network, credential));
    }
    return guests;
  }

  private static Guest enter(FairTurns turns, Network network, String credential) {
    var guest = new Guest();
    turns.take(network, credential, guest);
    return guest;
  }

  private static final class Guest implements FairTurns.Visitor {
    final CountDownLatch told = new CountDownLatch(1);
    volatile FairTurns.Turn turn;
    volatile boolean refused;

    @Override
    public void onTurn(FairTurns.Turn given) {
      turn = given;
      told.countDown();
    }

    @Override
    public void onRefusal() {
      refused = true;
      told.countDown();
    }
  }
}
