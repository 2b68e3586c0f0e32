package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.kit.web.bounds.Network;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who presents a refresh token, and what for, as far as a retry is told from somebody else's use:
 * the network (an IPv4 address, or the 64 bits of an IPv6 customer), the {@code User-Agent}, the
 * OAuth client that authenticated, and the scope that it asks for. Personal, so it is kept nowhere:
 * {@link SealedSuccessor} only opens for the same.
 */
public record RefreshClient(String network, String userAgent, String client, String scope) {
  /**
   * @param client {@code null} where none authenticated
   */
  public static RefreshClient of(
      String address,
      @Nullable String userAgent,
      @Nullable String client,
      Collection<String> scope) {
    return new RefreshClient(
        Network.of(address).name(),
        userAgent == null ? "" : userAgent,
        client == null ? "" : client,
        String.join(" ", new TreeSet<>(scope)));
  }

  // None of the parts can hold a zero byte, so no two read alike.
  byte[] bytes() {
    return String.join("\0", List.of(network, userAgent, client, scope))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "[client]";
  }
}
