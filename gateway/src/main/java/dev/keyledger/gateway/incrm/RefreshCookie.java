package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.kit.web.LocalHosts;
import dev.keyledger.kit.web.ProblemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.ResponseCookie;

/**
 * The refresh token where no script and no other path sees it: sent to {@link Incrm#REFRESH} alone,
 * and never from another site's page.
 */
final class RefreshCookie {
  private static final String NAME = "refreshToken";

  /** A key of whatever policy: prefix, underscore, fifty characters of base62. */
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*_[0-9A-Za-z]{50}");

  private final boolean issuedLocally;

  /**
   * @param issuer the base URL under which clients see the gateway
   */
  RefreshCookie(String issuer) {
    issuedLocally = LocalHosts.contains(String.valueOf(URI.create(issuer).getHost()));
  }

  /** The header that has a browser keep the token for as long as it lives. */
  String keeping(String token, Duration lifetime, Call call) {
    return cookie(token, lifetime, call);
  }

  String forgetting(Call call) {
    return cookie("", Duration.ZERO, call);
  }

  // A proxy in front may name itself localhost to us: then the base URL tells.
  private String cookie(String value, Duration lifetime, Call call) {
    return ResponseCookie.from(NAME, value)
        .httpOnly(true)
        .secure(!(issuedLocally && LocalHosts.contains(call.host())))
        .sameSite("Strict")
        .path(Incrm.REFRESH)
        .maxAge(lifetime)
        .build()
        .toString();
  }

  /**
   * @throws ProblemException 401012 without exactly one, 401013 for another kind of credential
   */
  static String of(Call call) {
    List<String> values = call.cookies(NAME);
    if (values.size() != 1 || values.getFirst().isEmpty()) {
      throw Refused.UNKNOWN_REFRESH_TOKEN.toException();
    }
    String value = values.getFirst();
    if (value.startsWith(Presented.KEY_PREFIX) || KEY.matcher(value).matches() || isJose(value)) {
      throw Refused.INVALID_REFRESH_TOKEN.toException();
    }
    return value;
  }

  /** A signed token has three parts and an opaque one five, of which the first is a JSON object. */
  private static boolean isJose(String value) {
    String[] parts = value.split("\\.", -1);
    if (parts.length != 3 && parts.length != 5) {
      return false;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8)
          .startsWith("{");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
