package dev.keyledger.command.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.leaks.SecretsInTurn.Waiting;
import dev.keyledger.events.Origin;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who reports much, or what can't be told of, holds up nobody else. */
class SecretsInTurnTest {
  private static final String ONE = "192.0.2.1";
  private static final String ANOTHER = "198.51.100.1";

  private final SecretsInTurn waiting = new SecretsInTurn(4_000);

  private static List<FoundSecret> secrets(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> new FoundSecret(name + i, null, null)).toList();
  }

  private boolean put(String address, String name, int count) {
    return waiting.put(address, secrets(name, count), Origin.NONE);
  }

  @Test
  void oneNeighbourhoodHasHalfAndAnotherStillFindsRoom() {
    assertThat(put(ONE, "a", 1_000)).isTrue();
    assertThat(put("192.0.2.200", "b", 1_000)).isTrue();
    assertThat(put(ONE, "c", 1)).isFalse();
    assertThat(put(ANOTHER, "d", 1_000)).isTrue();
    assertThat(put("2001:db8:0:1::1", "e", 500)).isTrue();
    assertThat(put("2001:db8:0:2::1", "f", 1)).as("of the same site").isFalse();
  }

  @Test
  void theyAreTakenInTurnAThousandAtOnce() {
    put(ONE, "a", 1_500);
    put(ANOTHER, "b", 1);
    List<Waiting> first = waiting.take(0);
    assertThat(first).hasSize(1_000);
    assertThat(first.get(1).secret().verifier()).isEqualTo("b0");
    assertThat(waiting.take(0)).hasSize(501);
    assertThat(waiting.take(0)).isEmpty();
    assertThat(waiting.isEmpty()).as("what is under way has its room").isFalse();
  }

  @Test
  void whatComesToNothingWaitsBehindTheOthersUntilItsTime() {
    put(ONE, "a", 1);
    Waiting first = waiting.take(0).getFirst();
    put(ONE, "b", 1);
    waiting.again(first, 1_000);

    assertThat(waiting.take(999)).extracting(one -> one.secret().verifier()).containsExactly("b0");
    Waiting again = waiting.take(1_000).getFirst();
    assertThat(again.tries()).isEqualTo(1);
    waiting.done(again);
    assertThat(waiting.size()).isEqualTo(1);
  }
}
