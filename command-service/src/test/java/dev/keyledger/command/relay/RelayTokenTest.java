package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RelayTokenTest {
  @Test
  void whatIsSkippedBecomesAGapAndWhatIsFilledNoLongerIsOne() {
    RelayToken token = RelayToken.START.after(List.of(0L, 3L));

    assertThat(token).isEqualTo(new RelayToken(3, List.of(1L, 2L)));
    assertThat(token.after(List.of(2L, 4L))).isEqualTo(new RelayToken(4, List.of(1L)));
  }

  @Test
  void coversEverythingUpToItsIndexButItsGaps() {
    var token = new RelayToken(5, List.of(2L));

    assertThat(token.covers(5)).isTrue();
    assertThat(token.covers(2)).isFalse();
    assertThat(token.covers(6)).isFalse();
  }

  @Test
  void survivesTheTopic() {
    var token = new RelayToken(5_000_000_000L, List.of(4_999_999_998L, 4_999_999_999L));

    assertThat(EventCodec.decode(EventCodec.encode(token), RelayToken.class)).isEqualTo(token);
  }

  @Test
  void aGapIsDeadOnceItWasWatchedForLongerThanAnyTransactionLives() {
    var now = new AtomicLong(1_000_000);
    var watch = new GapWatch(Duration.ofSeconds(30), now::get);
    watch.seen(List.of(7L));
    now.addAndGet(Duration.ofSeconds(20).toNanos());
    watch.seen(List.of(7L, 9L));
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(watch.doomed()).isEmpty();

    now.addAndGet(1);

    assertThat(watch.doomed()).containsExactly(7L);
  }

  @Test
  void aGapThatWasFilledIsForgotten() {
    var now = new AtomicLong();
    var watch = new GapWatch(Duration.ofSeconds(30), now::get);
    watch.seen(List.of(7L));
    watch.seen(List.of());
    now.addAndGet(Duration.ofMinutes(1).toNanos());

    assertThat(watch.doomed()).isEmpty();
  }
}
