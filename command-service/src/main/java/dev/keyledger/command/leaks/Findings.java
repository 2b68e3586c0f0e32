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

  /**
   * What a secret of ours looks like. One that was cut may be whole but for its checksum, which
   * anybody can compute.
   */
  private static final Pattern SECRET = Pattern.compile("_[A-Za-z0-9]{30,}");

  private static final Pattern LINES = Pattern.compile("L[0-9]+(C[0-9]+)?(-L[0-9]+(C[0-9]+)?)?");

  private static final int LONGEST_URL = 2_048;
  private static final Pattern URL = Pattern.compile("https?://[\\x21-\\x7e]+");
  private static final Pattern SOURCE = Pattern.compile("[a-z][a-z_.-]{0,63}");
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
        .map(verifier -> new FoundSecret(verifier, shown(url), shownSource(source)));
  }

  private Optional<String> verifierOf(KeySecret secret) {
    return keys.get().peppers().stream()
        .filter(pepper -> pepper.id() == secret.pepperId())
        .findFirst()
        .map(pepper -> pepper.encodedVerifierOf(secret));
  }

  /**
   * Scheme, host and path, and behind them the lines: it is kept for ever and shown to others, and
   * in a query may be anybody's secrets. Where one of ours is in it, or a user, host alone. Nothing
   * of what is no URL of http or https, or too long.
   */
  static @Nullable String shown(@Nullable String url) {
    if (url == null || url.length() > LONGEST_URL || !URL.matcher(url).matches()) {
      return null;
    }
    try {
      URI parsed = new URI(url);
      String host = parsed.getHost();
      if (host == null || showsSecret(host)) {
        return null;
      }
      if (parsed.getRawUserInfo() != null || showsSecret(url)) {
        return parsed.getScheme() + "://" + host + "/";
      }
      String lines = parsed.getRawFragment();
      return url.split("[?#]", 2)[0]
          + (lines != null && LINES.matcher(lines).matches() ? "#" + lines : "");
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** A word; nothing of what is none, or shows a secret. */
  static @Nullable String shownSource(@Nullable String source) {
    return source != null && SOURCE.matcher(source).matches() && !showsSecret(source)
        ? source
        : null;
  }

  /** What a request calls itself goes into another organisation's events. */
  public static @Nullable String shownId(@Nullable String id) {
    return id != null && !showsSecret(id) ? id : null;
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
