package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NIST SP 800-63B-4, section 3.1.1.2. */
class PasswordRulesTest {
  private static final EmailAddress EMAIL = EmailAddress.of("margarethe.wunderlich@example.com");

  private final PasswordRules rules = new PasswordRules(new PasswordStrength());

  @Test
  void fifteenCharactersAreDueWhereItIsTheOnlyFactor() {
    assertThat(refusalOf("vnq-tubs-48-dix", true)).isNull();
    assertThat(refusalOf("vnq-tubs-48-dix", false)).isNull();
    assertThat(refusalOf("vnq-tubs-48-di", false)).isNotNull();
  }

  @Test
  void eightSufficeBesideASecondStep() {
    assertThat(refusalOf("vq7$tuXb", true)).isNull();
    assertThat(refusalOf("vq7$tuX", true)).isNotNull();
  }

  @Test
  void longPassphrasesAreTakenUpTo256() {
    String sentence = "quite a long sentence that nobody else would come upon, of all things ";
    assertThatNoException()
        .isThrownBy(() -> check("password", sentence.repeat(4).substring(0, 256), EMAIL, false));
    assertThat(refusalOf(sentence.repeat(4).substring(0, 257), false)).isNotNull();
  }

  @Test
  void lengthsAreThoseOfCharactersAtBothEnds() {
    String emoji = "😀👾🎩🦑🐝🌶🧿🪁🧬🛸🪤🦖🧲🪃🪐";
    assertThat(refusalOf(emoji.substring(0, 2 * 13), false)).isNotNull();
    assertThat(refusalOf("quite a long sentence, ".repeat(11) + "😀👾", false)).isNull();
    assertThat(refusalOf("quite a long sentence, ".repeat(11) + "😀👾🎩🦑", false)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaaaa",
        "margarethe.wunderlich",
        "wunderlichwunderlich"
      })
  void whatIsCommonOrExpectedIsRefused(String password) {
    assertThat(refusalOf(password, false)).isNotNull();
  }

  @Test
  void theDemonstrationsPasswordIsTaken() {
    EmailAddress owner = EmailAddress.of("owner@incard-demo.example");
    assertThatNoException()
        .isThrownBy(() -> check("password", "keyledger-demo-2026", owner, false));
  }

  @Test
  void theRefusalNamesTheFieldAndNotThePassword() {
    Problem problem = refusalOf("passwordpassword", false);

    assertThat(problem.status()).isEqualTo(422);
    assertThat(problem.members()).containsEntry("field", "new_password");
    assertThat(problem.toString()).doesNotContain("passwordpassword");
  }

  private Problem refusalOf(String password, boolean secondStep) {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> check("new_password", password, EMAIL, secondStep));
    return refused == null ? null : refused.problem();
  }

  private void check(String field, String password, EmailAddress email, boolean secondStep) {
    rules.checkForm(field, password, email, secondStep);
    rules.checkStrength(field, password, email, secondStep);
  }
}
