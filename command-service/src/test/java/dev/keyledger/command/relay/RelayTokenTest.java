package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.command.relay.RelayToken.HeldOrganization;
import dev.keyledger.events.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RelayTokenTest {
  private static final HeldOrganization HELD =
      new HeldOrganization(4, "event evt_4 cannot be read", Instant.EPOCH);

  @Test
  void whatIsSkippedBecomesAGapAndWhatIsFilledNoLongerIsOne() {
    RelayToken token = RelayToken.START.after(read(0, 3));

    assertThat(token).isEqualTo(token(3, 1, 2));
    assertThat(token.after(read(2, 4))).isEqualTo(token(4, 1));
  }

  @Test
  void coversEverythingUpToItsIndexButItsGaps() {
    RelayToken token = token(5, 2);

    assertThat(token.covers(5)).isTrue();
    assertThat(token.covers(2)).isFalse();
    assertThat(token.covers(6)).isFalse();
  }

  @Test
  void ofAHeldOrganizationNothingIsPublishedFromThereOn() {
    RelayToken token = token(9).holding("org_a", HELD);

    assertThat(token.hasPublished(8, "org_a", 3)).isTrue();
    assertThat(token.hasPublished(9, "org_a", 4)).isFalse();
    assertThat(token.hasPublished(9, "org_b", 4)).isTrue();
    assertThat(token.releasing("org_a").hasPublished(9, "org_a", 4)).isTrue();
  }

  @Test
  void aLaterTokenCoversAllOfAnEarlierOne() {
    RelayToken earlier = token(5, 2, 3);

    assertThat(earlier.coversAllOf(earlier)).isTrue();
    assertThat(token(7, 3, 6).coversAllOf(earlier)).isTrue();
    assertThat(token(4, 2, 3).coversAllOf(earlier)).isFalse();
    assertThat(token(7, 1).coversAllOf(earlier)).isFalse();
  }

  @Test
  void manyHeldOrganizationsAreNoMatterOfTheirs() {
    RelayToken token = token(9);
    for (int i = 0; i < RelayToken.MOST_HELD; i++) {
      token = token.holding("org_" + i, HELD);
    }
    RelayToken full = token;

    assertThatThrownBy(() -> full.holding("org_another", HELD))
        .isInstanceOf(PoisonException.class)
        .hasMessageContaining("cannot be read");
    assertThat(full.holding("org_1", HELD).held()).hasSize(RelayToken.MOST_HELD);
  }

  @Test
  void survivesTheTopic() {
    var token =
        new RelayToken(
            5_000_000_000L,
            "evt_1",
            List.of(4_999_999_998L, 4_999_999_999L),
            Map.of("org_a", HELD));

    assertThat(EventCodec.decode(EventCodec.encode(token), RelayToken.class)).isEqualTo(token);
  }

  @Test
  void oneOfBeforeAnythingCouldBeHeldIsUnderstood() {
    byte[] before = "{\"index\":7,\"gaps\":[3]}".getBytes(StandardCharsets.UTF_8);

    assertThat(EventCodec.decode(before, RelayToken.class))
        .isEqualTo(new RelayToken(7, null, List.of(3L), Map.of()));
  }

  private static RelayToken token(long index, long... gaps) {
    return new RelayToken(index, "evt_" + index, LongStream.of(gaps).boxed().toList(), Map.of());
  }

  private static List<StoredEvent> read(long... indexes) {
    return LongStream.of(indexes)
        .mapToObj(i -> new StoredEvent(i, "org_a", i, "evt_" + i, "", new byte[0], new byte[0]))
        .toList();
  }
}
