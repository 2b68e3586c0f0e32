package dev.keyledger.token.identity.sessions;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies of answers to a sign-in and its steps. */
sealed interface SignInBody {
  /**
   * @param expiresIn seconds that the access token lives
   * @param refreshExpiresIn seconds that the refresh token lives
   * @param secondStepEnrolment {@code required} when the tokens are good for enrolling a second
   *     step and nothing else; absent otherwise
   */
  record Tokens(
      String sessionId,
      String accessToken,
      String tokenType,
      long expiresIn,
      String refreshToken,
      long refreshExpiresIn,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secondStepEnrolment)
      implements SignInBody {
    @Override
    public String toString() {
      return "[tokens of " + sessionId + "]";
    }
  }

  record Challenge(String challenge, List<String> methods) implements SignInBody {
    @Override
    public String toString() {
      return "[challenge]";
    }
  }

  static SignInBody of(SignInAnswer answer) {
    return switch (answer) {
      case SignInAnswer.Started started ->
          new Tokens(
              started.session().value(),
              started.accessToken().token().revealSecret(),
              "Bearer",
              started.accessToken().expiresIn(),
              started.refreshToken().revealSecret(),
              Duration.between(started.accessToken().issuedAt(), started.refreshUntil())
                  .toSeconds(),
              started.enrolling() ? "required" : null);
      case SignInAnswer.SecondStepDue due ->
          new Challenge(due.challenge().revealSecret(), List.of("totp"));
    };
  }
}
