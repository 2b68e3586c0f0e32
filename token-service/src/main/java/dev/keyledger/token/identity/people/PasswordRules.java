package dev.keyledger.token.identity.people;

import dev.keyledger.kit.text.VisibleText;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Which new passwords are taken, after NIST SP 800-63B-4, section 3.1.1.2: 15 characters when it is
 * the only factor, 8 beside a second, no rules of composition, and none that is common, expected or
 * made of the person's own address.
 */
@Component
final class PasswordRules {
  private static final int SHORTEST_ALONE = 15;
  private static final int SHORTEST_WITH_SECOND_STEP = 8;
  // Scores of the measure: 3 withstands guessing at a stolen hash, 2 guessing at this service.
  private static final int SCORE_ALONE = 3;
  private static final int SCORE_WITH_SECOND_STEP = 2;
  private static final int SHORTEST_NAME = 4;

  private final PasswordStrength strength;

  PasswordRules(PasswordStrength strength) {
    this.strength = strength;
  }

  /**
   * What costs nothing to see.
   *
   * @param field of the request's body, for the refusal
   * @throws ProblemException 422 that names the field and never the password
   */
  void checkForm(String field, String password, EmailAddress email, boolean secondStep) {
    int shortest = secondStep ? SHORTEST_WITH_SECOND_STEP : SHORTEST_ALONE;
    int length = VisibleText.length(password);
    if (length < shortest) {
      throw Problem.ofField(field, "A password has at least " + shortest + " characters.")
          .toException();
    }
    if (length > Passwords.LONGEST) {
      throw Problem.ofField(field, "A password has at most " + Passwords.LONGEST + " characters.")
          .toException();
    }
    if (isMostlyTheName(password, email)) {
      throw guessable(field);
    }
  }

  /**
   * The rest, of what {@link #checkForm} has let pass: it takes up to a second.
   *
   * @throws ProblemException as there
   */
  void checkStrength(String field, String password, EmailAddress email, boolean secondStep) {
    int score = secondStep ? SCORE_WITH_SECOND_STEP : SCORE_ALONE;
    switch (strength.of(password, score, wordsOf(email))) {
      case STRONG -> {}
      case GUESSABLE -> throw guessable(field);
      case UNKNOWN ->
          throw Problem.ofField(
                  field, "How strong this password is takes too long to tell. Choose another.")
              .toException();
    }
  }

  private static ProblemException guessable(String field) {
    return Problem.ofField(field, "This password is common or easy to guess. Choose another.")
        .toException();
  }

  private static boolean isMostlyTheName(String password, EmailAddress email) {
    String name = email.value().substring(0, email.value().indexOf('@'));
    String rest = password.toLowerCase(Locale.ROOT).replace(name, "");
    return name.length() >= SHORTEST_NAME
        && rest.length() < password.length()
        && rest.length() < SHORTEST_WITH_SECOND_STEP;
  }

  private static List<String> wordsOf(EmailAddress email) {
    var words = new ArrayList<String>();
    words.add(email.value());
    for (String part : email.readable().split("[@.+_-]", -1)) {
      if (part.length() > 2) {
        words.add(part);
      }
    }
    return words;
  }
}
