package dev.keyledger.command.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.leaks.ReportsInTurn.Report;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.web.bounds.Network;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who reports much holds up nobody else. */
class ReportsInTurnTest {
  private static final Network ONE = new Network("192.0.2.0/24");
  private static final Network ANOTHER = new Network("198.51.100.0/24");

  private final ReportsInTurn waiting = new ReportsInTurn(4_000);

  private static Report report(Network neighbourhood, String name, int count) {
    List<FoundSecret> secrets =
        IntStream.range(0, count).mapToObj(i -> new FoundSecret(name + i, null, null)).toList();
    return new Report(neighbourhood, secrets, Origin.NONE, new CompletableFuture<>());
  }

  private boolean put(Network neighbourhood, String name, int count) {
    return waiting.put(report(neighbourhood, name, count));
  }

  @Test
  void oneNeighbourhoodHasHalfAndAnotherStillFindsRoom() {
    assertThat(put(ONE, "a", 1_000)).isTrue();
    assertThat(put(ONE, "b", 1_000)).isTrue();
    assertThat(put(ONE, "c", 1)).isFalse();
    assertThat(put(ANOTHER, "d", 1_000)).isTrue();
  }

  @Test
  void theyAreTakenInTurnByNeighbourhood() throws Exception {
    put(ONE, "a", 1);
    put(ONE, "b", 1);
    put(ONE, "c", 1);
    put(ANOTHER, "d", 1);
    assertThat(taken()).isEqualTo("a0");
    assertThat(taken()).isEqualTo("d0");
    assertThat(taken()).isEqualTo("b0");
    assertThat(taken()).isEqualTo("c0");
    assertThat(waiting.take(1)).isNull();
  }

  private String taken() throws InterruptedException {
    return waiting.take(1).secrets().getFirst().verifier();
  }

  @Test
  void whatIsUnderWayHasItsRoomUntilItIsDone() throws Exception {
    put(ONE, "a", 2_000);
    Report first = waiting.take(1);
    assertThat(put(ONE, "b", 1)).isFalse();
    waiting.done(first);
    assertThat(put(ONE, "b", 1)).isTrue();
  }
}
