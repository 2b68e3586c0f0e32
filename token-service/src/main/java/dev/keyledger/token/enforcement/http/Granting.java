package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.token.enforcement.refresh.Rotation;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What asking for tokens comes to. */
sealed interface Granting {
  /** Asked with a key's secret. */
  sealed interface ToHolder extends Granting {}

  /** Asked with a refresh token. */
  sealed interface ToRefresher extends Granting {}

  /**
   * @param scope what the access token may do
   * @param quota what is left of the organisation's rate; {@code null} where there is none, or it
   *     wasn't counted
   */
  record Granted(
      IssuedToken access,
      @Nullable SecretText refresh,
      Set<String> scope,
      GrantRates.@Nullable Quota quota)
      implements ToHolder, ToRefresher {
    void announceQuota(HttpServletResponse response) {
      if (quota != null) {
        quota.announce(response);
      }
    }
  }

  /** The organisation has had as many as its policy gives it for now. */
  record Limited(GrantRates.Quota quota) implements ToHolder {}

  /** The request is at fault, and nothing was used up. */
  record Declined(Rotation.Fault fault) implements ToRefresher {}

  /**
   * @param code what became of the credential: for a caller that may know, see {@link
   *     dev.keyledger.kit.web.GatewayHeaders#REASON}
   */
  record Refused(Code code) implements ToHolder, ToRefresher {}
}
