package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Site;
import dev.keyledger.kit.web.LocalHosts;
import dev.keyledger.kit.web.ProblemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.http.ResponseCookie;

/**
 * The refresh token where no script and no other path sees it: sent to {@link Incrm#REFRESH} alone.
 * Where all pages that people sign in from are of the gateway's own site it is sent from nowhere
 * else; where one is of another site it has to go along from there, and then {@link Cors} keeps
 * other pages from using it.
 */
final class RefreshCookie {
  private static final String NAME = "refreshToken";

  /** A key of whatever policy: prefix, underscore, fifty characters of base62. */
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]*_[0-9A-Za-z]{50}");

  private final URI issuer;
  private final Set<Site> pages;

  /**
   * @param issuer the base URL under which clients see the gateway
   * @param origins of the pages that people sign in from
   */
  RefreshCookie(String issuer, List<String> origins) {
    this.issuer = URI.create(issuer);
    this.pages = origins.stream().map(URI::create).map(Site::of).collect(Collectors.toSet());
  }

  /** The header that has a browser keep the token for as long as it lives. */
  String keeping(String token, Duration lifetime, Call call) {
    return cookie(token, lifetime, call);
  }

  String forgetting(Call call) {
    return cookie("", Duration.ZERO, call);
  }

  private String cookie(String value, Duration lifetime, Call call) {
    boolean ofOwnSite = pages.stream().allMatch(ownSite(call)::equals);
    return ResponseCookie.from(NAME, value)
        .httpOnly(true)
        // Browsers keep none for other sites that isn't secure; on localhost a secure one is kept.
        .secure(!isLocal(call) || !ofOwnSite)
        .sameSite(ofOwnSite ? "Strict" : "None")
        // Or browsers that keep no cookies of other sites would not keep this one either.
        .partitioned(!ofOwnSite)
        .path(Incrm.REFRESH)
        .maxAge(lifetime)
        .build()
        .toString();
  }

  // A proxy in front may name itself localhost to us: then the base URL tells.
  private boolean isLocal(Call call) {
    return isLocallyIssued() && LocalHosts.contains(call.host());
  }

  private boolean isLocallyIssued() {
    return LocalHosts.contains(String.valueOf(issuer.getHost()));
  }

  /** Of the host that was called: a browser keeps the cookie for it. */
  private Site ownSite(Call call) {
    boolean asIssued =
        call.host().equalsIgnoreCase(issuer.getHost())
            || (LocalHosts.contains(call.host()) && !isLocallyIssued());
    return asIssued ? Site.of(issuer) : Site.of(call.scheme(), call.host());
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
