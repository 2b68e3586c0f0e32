package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.token.identity.people.PasswordStrength.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PasswordStrengthTest {
  /** Each symbol stands for one letter or another, and all ways of reading them are tried. */
  private static final String HOSTILE = "4@8({[<369&#!1/|0$5+7%2";

  private final AtomicLong readings = new AtomicLong();

  /** A clock by which every look at the text takes ten microseconds. */
  private final PasswordStrength strength =
      new PasswordStrength(() -> readings.incrementAndGet() * 10_000);

  @Test
  void aTextThatIsMadeToTakeLongHasItsTimeAndNoMore() {
    assertThat(strength.of("passwordpassword" + HOSTILE.repeat(2), 3, List.of()))
        .isEqualTo(Verdict.UNKNOWN);

    // Two measurements at most, and what begins and ends each.
    assertThat(readings.get() * 10_000)
        .isBetween(PasswordStrength.LONGEST_NANOS, 2 * PasswordStrength.LONGEST_NANOS + 100_000);
  }

  @Test
  void aStrongBeginningSufficesWhereAllOfItTakesTooLong() {
    assertThat(strength.of("vnq tubs dix moh" + HOSTILE.repeat(2), 3, List.of()))
        .isEqualTo(Verdict.STRONG);
  }

  @Test
  void anOrdinaryTextIsMeasuredAsAWhole() {
    assertThat(strength.of("correct horse battery staple", 3, List.of())).isEqualTo(Verdict.STRONG);
    assertThat(strength.of("passwordpassword", 3, List.of())).isEqualTo(Verdict.GUESSABLE);
    assertThat(strength.of("wunderlichwunderlich", 3, List.of("wunderlich")))
        .isEqualTo(Verdict.GUESSABLE);
  }
}
