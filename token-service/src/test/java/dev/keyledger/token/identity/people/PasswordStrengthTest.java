package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.token.identity.people.PasswordStrength.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordStrengthTest {
  /** Each symbol stands for one letter or another, and all ways of reading them are tried. */
  private static final String HOSTILE = "4@8({[<369&#!1/|0$5+7%2";

  private final PasswordStrength strength = new PasswordStrength();

  @Test
  void aTextThatIsMadeToTakeLongIsGivenUp() {
    assertThat(strength.of("passwordpassword" + HOSTILE.repeat(2), 3, List.of()))
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void theLongestTextsThatPeopleAndPasswordManagersMakeAreMeasuredAsAWhole() {
    assertThat(
            List.of(
                "the quick brown fox jumps over the lazy dog and runs away again!",
                "5a7f9c3e1b4d6f8a0c2e4b6d8f1a3c5e7f9b1d3f5a7c9e1b3d5f7a9c1e3b5d7f",
                "a".repeat(64)))
        .extracting(text -> strength.of(text, 3, List.of()))
        .containsExactly(Verdict.STRONG, Verdict.STRONG, Verdict.GUESSABLE);
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
