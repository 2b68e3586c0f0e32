package dev.keyledger.kit.web.bounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class FairShareTest {
  private final FairShare<String> share = new FairShare<>(120);

  @Test
  void oneHolderGetsHalfOfWhatThereIs() {
    assertThat(takenBy("greedy")).isEqualTo(60);
  }

  @Test
  void whoeverComesNextFindsAsMuchAsIsLeftToEach() {
    takenBy("first");
    assertThat(takenBy("second")).isEqualTo(30);
    assertThat(takenBy("third")).isEqualTo(15);
    assertThat(share.taken()).isLessThan(120);
  }

  @Test
  void whatIsGivenBackIsTheOthers() {
    int first = takenBy("first");
    assertThat(takenBy("second")).isEqualTo(30);
    share.giveBack("first", first);
    assertThat(takenBy("second")).isEqualTo(30);
    assertThat(share.taken()).isEqualTo(60);
  }

  @Test
  void oneThatSharesItselfMayHaveAll() {
    int taken = 0;
    while (share.tryTakeOfAll("proxy", 1)) {
      taken++;
    }
    assertThat(taken).isEqualTo(120);
  }

  @Test
  void nobodyGivesBackWhatTheyNeverHad() {
    assertThatIllegalStateException().isThrownBy(() -> share.giveBack("stranger", 1));
  }

  private int takenBy(String holder) {
    int taken = 0;
    while (share.tryTake(holder, 1)) {
      taken++;
    }
    return taken;
  }
}
