package dev.keyledger.conformance.script;

import dev.keyledger.infra.services.Api;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What <code>{{…}}</code> stands for: a name that something was captured under, or one of
 *
 * <ul>
 *   <li>{@code operator}: the operator's access token
 *   <li>{@code unique}: another number each time
 *   <li>{@code now}, {@code now +PT1H}: a time by the platform's clock
 *   <li>{@code code NAME}, {@code code NAME +PT30S}: the TOTP code of the secret of that name
 *   <li>{@code letters 256}: so many
 *   <li>{@code forged NAME}: the token of that name with another signature
 * </ul>
 */
public final class Variables {
  private static final Pattern USE = Pattern.compile("\\{\\{([^{}]+)}}");
  private static final AtomicInteger MADE = new AtomicInteger();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final World world;
  private final Map<String, String> texts = new ConcurrentHashMap<>();

  Variables(World world) {
    this.world = world;
  }

  Instant now() {
    return world.clock().instant();
  }

  void set(String name, String text) {
    texts.put(name, text);
  }

  Map<String, String> all() {
    return new HashMap<>(texts);
  }

  void takeAll(Map<String, String> others) {
    texts.putAll(others);
  }

  /**
   * @throws IllegalArgumentException naming what nothing is known by
   */
  String expand(String text) {
    return USE.matcher(text)
        .replaceAll(use -> Matcher.quoteReplacement(valueOf(use.group(1).strip())));
  }

  private String valueOf(String use) {
    String known = texts.get(use);
    if (known != null) {
      return known;
    }
    String[] words = use.split("\\s+");
    return switch (words[0]) {
      case "operator" -> world.operatorToken();
      case "unique" -> Integer.toString(MADE.incrementAndGet());
      case "now" -> TIME.format(later(words, 1));
      case "code" -> Api.totp(of(words[1]), later(words, 2));
      case "letters" -> "a".repeat(Integer.parseInt(words[1]));
      case "forged" -> forged(of(words[1]));
      default -> throw new IllegalArgumentException("nothing is known as {{" + use + "}}");
    };
  }

  private String of(String name) {
    String known = texts.get(name);
    if (known == null) {
      throw new IllegalArgumentException("nothing is known as {{" + name + "}}");
    }
    return known;
  }

  private Instant later(String[] words, int at) {
    return words.length > at
        ? now().plus(Duration.parse(words[at].replaceFirst("^\\+", "")))
        : now();
  }

  /** Not in the last characters, some of whose bits may count for nothing. */
  private static String forged(String token) {
    int at = token.length() - 8;
    char other = token.charAt(at) == 'x' ? 'y' : 'x';
    return token.substring(0, at) + other + token.substring(at + 1);
  }
}
