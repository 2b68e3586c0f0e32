package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GapWatchTest {
  private Set<String> open = Set.of();
  private final GapWatch watch = new GapWatch(() -> open);

  @Test
  void aGapLivesAsLongAsAnyTransactionThatAppendedWhenItWasSeen() {
    open = Set.of("3/1", "4/7");
    watch.seen(List.of(7L));
    assertThat(watch.doomed()).isEmpty();
    open = Set.of("4/7", "5/1");
    assertThat(watch.doomed()).isEmpty();

    open = Set.of("5/1", "3/2");

    assertThat(watch.doomed()).containsExactly(7L);
  }

  @Test
  void aGapThatNobodyCanFillIsDeadAtOnce() {
    watch.seen(List.of(7L));

    assertThat(watch.doomed()).containsExactly(7L);
  }

  @Test
  void aTransactionThatBeganAfterAGapWasSeenKeepsItNotAlive() {
    open = Set.of("3/1");
    watch.seen(List.of(7L));
    assertThat(watch.doomed()).isEmpty();
    watch.seen(List.of(7L, 9L));
    open = Set.of("4/1");

    assertThat(watch.doomed()).containsExactly(7L);
    open = Set.of();
    watch.seen(List.of(9L));
    assertThat(watch.doomed()).containsExactly(9L);
  }

  @Test
  void aGapThatWasFilledIsForgotten() {
    watch.seen(List.of(7L));
    watch.seen(List.of());

    assertThat(watch.doomed()).isEmpty();
  }
}
