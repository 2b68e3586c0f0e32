package dev.keyledger.token.enforcement.http;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What asking for tokens comes to. */
sealed interface Granting {
  /**
   * @param scope what the access token may do
   */
  record Granted(IssuedToken access, @Nullable SecretText refresh, Set<String> scope)
      implements Granting {}

  /**
   * @param code what became of the credential: for a caller that may know, see {@link
   *     dev.keyledger.kit.web.GatewayHeaders#REASON}
   */
  record Refused(Code code) implements Granting {}
}
