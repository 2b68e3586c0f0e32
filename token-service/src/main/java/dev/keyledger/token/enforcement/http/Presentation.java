package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.token.enforcement.refresh.RefreshClient;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token as it is presented (RFC 6749, section 6).
 *
 * @param client the key whose id and secret came with it; {@code null} when none did
 * @param named the client that the form names, with or without a secret
 * @param scope what is asked for; empty when nothing is, so that it is all that was granted
 */
record Presentation(
    String token,
    @Nullable KeyId client,
    @Nullable String named,
    Set<String> scope,
    RequestContext context,
    @Nullable String userAgent) {
  RefreshClient asClient() {
    return RefreshClient.of(
        context.address(), userAgent, client == null ? null : client.value(), scope);
  }

  @Override
  public String toString() {
    return "[refresh token]";
  }
}
