package dev.keyledger.kit.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Ack.Applied;
import dev.keyledger.events.feed.Ack.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsumersTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");

  private final Consumers consumers = new Consumers();

  @Test
  void whoWasSilentSinceBeforeAnInstantIsForgotten() {
    said("a", 100);
    said("b", 101);

    consumers.forgetSilentSince(101);

    assertThat(consumers.heardSince(0)).extracting(Consumers.Instance::id).containsExactly("b");
  }

  @Test
  void positionsOfTwentyThousandStreamsAreRememberedOfOneInstance() {
    said("a", 1, new Applied("first", 1));
    for (int i = 1; i < 20_000; i++) {
      said("a", 1, new Applied("stream_" + i, 1));
    }
    Consumers.Instance a = consumers.heardSince(0).getFirst();
    assertThat(a.appliedAt("first", 1)).isEqualTo(AT);
    said("a", 1, new Applied("one more", 1));

    assertThat(a.appliedAt("one more", 1)).isEqualTo(AT);
    assertThat(a.appliedAt("first", 1)).isEqualTo(AT);
    assertThat(a.appliedAt("stream_1", 1)).isNull();
  }

  private void said(String instance, long now, Applied... applied) {
    consumers.acked(
        new Ack("token-service", instance, Kind.ALIVE, List.of(applied), AT),
        now,
        (who, what) -> {});
  }
}
