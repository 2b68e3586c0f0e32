package dev.keyledger.query.views;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.text.Timestamp;
import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.Problem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What clients write into queries; whatever cannot be meant is 422 with the parameter's name. */
public final class Parameters {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAXIMUM_LIMIT = 100;

  private static final Pattern DATE = Pattern.compile("(?!0000)\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  private Parameters() {}

  static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    long limit = number("limit", text);
    if (limit < 1 || limit > MAXIMUM_LIMIT) {
      throw refused("limit", "A page has 1 to " + MAXIMUM_LIMIT + " items.");
    }
    return (int) limit;
  }

  /** A position of the one organisation that the path names; 0 or more. */
  static @Nullable Long atLeast(@Nullable String text) {
    return text == null ? null : number("at_least", text);
  }

  /**
   * A past state, by a position or by a time in RFC 3339; {@code null} for the present one. A date
   * alone is neither its first instant nor its last.
   */
  static @Nullable AsOf asOf(String name, @Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    OptionalLong position = WholeNumber.parse(text);
    if (position.isPresent()) {
      return new AsOf(position.getAsLong(), null);
    }
    Instant time =
        Timestamp.parse(withPlus(text))
            .orElseThrow(() ->
                refused(
                    name,
                    "Expected a position, or a time in RFC 3339, for example"
                        + " 2026-05-28T14:43:58.000Z."));
    if (time.isAfter(now)) {
      throw refused(name, "This time is yet to come.");
    }
    return new AsOf(null, time);
  }

  /** Permissions, each by itself or parted by commas; none for none. */
  static Set<String> scopes(@Nullable List<String> texts) {
    if (texts == null) {
      return Set.of();
    }
    Set<String> scopes = new LinkedHashSet<>();
    for (String scope : String.join(",", texts).split(",", -1)) {
      if (!Permissions.isWellFormed(scope.strip())) {
        throw refused("scopes", "A scope is resource.action.");
      }
      scopes.add(scope.strip());
    }
    return scopes;
  }

  static @Nullable String address(@Nullable String text) {
    if (text != null && AddressRange.address(text) == null) {
      throw refused("ip", "This is no IPv4 or IPv6 address.");
    }
    return text;
  }

  /** An address, or a range of them (CIDR), whose bits behind the prefix don't count. */
  static @Nullable AddressRange range(String name, @Nullable String text) {
    return text == null
        ? null
        : AddressRange.parse(text)
            .orElseThrow(() ->
                refused(name, "Expected an IPv4 or IPv6 address, or a range of them (CIDR)."));
  }

  /** {@code org_…:12}, several of them parted by commas. */
  static Map<OrganizationId, Long> atLeastOfSeveral(@Nullable String text) {
    var positions = new LinkedHashMap<OrganizationId, Long>();
    if (text == null) {
      return positions;
    }
    for (String one : text.split(",", MAXIMUM_LIMIT + 1)) {
      String[] parts = one.strip().split(":", -1);
      if (parts.length != 2) {
        throw refused("at_least", "Expected an organisation's id, a colon and a position.");
      }
      positions.put(id("at_least", parts[0], OrganizationId::new), number("at_least", parts[1]));
    }
    return positions;
  }

  /**
   * The first instant of an interval.
   *
   * @param text a time in RFC 3339, or a date alone, which begins in UTC
   */
  static @Nullable Instant from(String name, @Nullable String text) {
    return text == null
        ? null
        : dateOf(text).map(Parameters::startOf).orElseGet(() -> time(name, text));
  }

  /**
   * The first instant that is too late for an interval.
   *
   * @param text a time in RFC 3339, or a date alone, the whole of which belongs to the interval
   */
  static @Nullable Instant to(String name, @Nullable String text) {
    return text == null
        ? null
        : dateOf(text).map(date -> startOf(date.plusDays(1))).orElseGet(() -> time(name, text));
  }

  /**
   * @param to first instant that is too late
   */
  static void order(@Nullable Instant from, @Nullable Instant to) {
    if (from != null && to != null && to.isBefore(from)) {
      throw refused("to", "This is before from.");
    }
  }

  private static Instant time(String name, String text) {
    return Timestamp.parse(withPlus(text))
        .orElseThrow(() ->
            refused(
                name,
                "Expected a time in RFC 3339, for example 2026-05-28T14:43:58.000Z, or a date."));
  }

  // Nothing but a plus that wasn't escaped comes as a space there.
  private static String withPlus(String text) {
    int sign = text.length() - "+00:00".length();
    return sign > 0 && text.charAt(sign) == ' '
        ? text.substring(0, sign) + '+' + text.substring(sign + 1)
        : text;
  }

  private static Optional<LocalDate> dateOf(String text) {
    try {
      return DATE.matcher(text).matches() ? Optional.of(LocalDate.parse(text)) : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Instant startOf(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Such a name as policies give; whether there is one of that name is another matter. */
  static @Nullable String environment(@Nullable String text) {
    if (text != null && !ENVIRONMENT.matcher(text).matches()) {
      throw refused("environment", "Expected an environment's name.");
    }
    return text;
  }

  public static <T> T id(String name, String text, Function<String, T> make) {
    try {
      return make.apply(text);
    } catch (IllegalArgumentException e) {
      throw refused(name, "Expected an id as the platform gives them.");
    }
  }

  /** One of some words, or several, each by itself or parted by commas; none for all. */
  static List<String> words(String name, @Nullable List<String> texts, Set<String> allowed) {
    if (texts == null) {
      return List.of();
    }
    Set<String> words = new LinkedHashSet<>();
    for (String word : String.join(",", texts).split(",", -1)) {
      if (!allowed.contains(word.strip())) {
        throw refused(name, "There is no such value.");
      }
      words.add(word.strip());
    }
    return List.copyOf(words);
  }

  /** One of some words. */
  static @Nullable String word(String name, @Nullable String text, Set<String> allowed) {
    if (text != null && !allowed.contains(text)) {
      throw refused(name, "There is no such value.");
    }
    return text;
  }

  /** Text that is searched for: without control characters, which PostgreSQL has no place for. */
  static @Nullable String text(String name, @Nullable String text, int longest) {
    if (text != null
        && (text.codePointCount(0, text.length()) > longest
            || text.codePoints().anyMatch(Character::isISOControl))) {
      throw refused(name, "Expected at most " + longest + " characters, none of them a control.");
    }
    return text;
  }

  /** The place behind which the next page begins, in a form that clients do not read. */
  static String cursor(String place) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("1:" + place).getBytes(StandardCharsets.UTF_8));
  }

  static <T> @Nullable T behind(@Nullable String cursor, Function<String, T> make) {
    if (cursor == null) {
      return null;
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (!text.startsWith("1:")) {
        throw refused("cursor", "This is no cursor of ours.");
      }
      return make.apply(text.substring(2));
    } catch (IllegalArgumentException e) {
      throw refused("cursor", "This is no cursor of ours.");
    }
  }

  /**
   * @return {@code null} where there is none
   */
  public static @Nullable Long wholeNumber(String name, @Nullable String text) {
    return text == null ? null : number(name, text);
  }

  /**
   * Where an export of the ledger goes on.
   *
   * @param to first position that there isn't
   */
  public static void mustBeWithin(long from, long to) {
    if (from > to) {
      throw refused("from_position", "The history has " + to + " events.");
    }
  }

  private static long number(String name, String text) {
    return WholeNumber.parse(text)
        .orElseThrow(() -> refused(name, "Expected a whole number that is not negative."));
  }

  public static RuntimeException refused(String name, String detail) {
    return Problem.ofField(name, detail).toException();
  }
}
