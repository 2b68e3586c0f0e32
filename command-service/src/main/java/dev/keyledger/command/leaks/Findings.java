package dev.keyledger.command.leaks;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.keys.ServerKeysFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Turns what is reported into what may be kept of it. */
@Component
public final class Findings {
  /** What was encoded once may have been encoded before. */
  private static final int TIMES = 3;

  /** What a secret of ours looks like; its checksum isn't looked at, to be on the safe side. */
  private static final Pattern SECRET = Pattern.compile("[a-z0-9_]_[A-Za-z0-9]{50}");

  private static final Pattern ENCODED = Pattern.compile("%([0-9A-Fa-f]{2})");

  private final ServerKeysFile keys;

  Findings(ServerKeysFile keys) {
    this.keys = keys;
  }

  /**
   * Costs the same for every text of a secret's form, whoever's it is.
   *
   * @param token as it was found; what blanks are around it doesn't matter
   * @param url {@code null} or empty where it isn't known
   * @return empty for what was never a secret here, by its form or its pepper
   */
  public Optional<FoundSecret> of(String token, @Nullable String url, @Nullable String source) {
    String text = token.strip();
    return KeySecret.parse(text)
        .flatMap(this::verifierOf)
        .map(verifier -> new FoundSecret(verifier, shown(url), source));
  }

  private Optional<String> verifierOf(KeySecret secret) {
    return keys.get().peppers().stream()
        .filter(pepper -> pepper.id() == secret.pepperId())
        .findFirst()
        .map(pepper -> pepper.encodedVerifierOf(secret));
  }

  /**
   * Of a URL with a secret in it, whosever, its beginning alone: it is kept for ever and shown to
   * others. Nothing of what is no URL.
   */
  static @Nullable String shown(@Nullable String url) {
    if (url == null || url.isEmpty()) {
      return null;
    }
    try {
      URI parsed = new URI(url);
      if (parsed.getRawUserInfo() == null && !showsSecret(url)) {
        return url;
      }
      String host = parsed.getHost();
      return host == null || showsSecret(host) ? null : parsed.getScheme() + "://" + host + "/";
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static boolean showsSecret(String url) {
    String text = url;
    for (int times = 0; times <= TIMES; times++) {
      if (SECRET.matcher(text).find()) {
        return true;
      }
      text =
          ENCODED
              .matcher(text)
              .replaceAll(octet ->
                  Matcher.quoteReplacement(
                      String.valueOf((char) Integer.parseInt(octet.group(1), 16))));
    }
    return false;
  }
}
