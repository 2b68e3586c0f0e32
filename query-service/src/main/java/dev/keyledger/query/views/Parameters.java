package dev.keyledger.query.views;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What clients write into queries; whatever cannot be meant is 422 with the parameter's name. */
final class Parameters {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAXIMUM_LIMIT = 100;

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
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

  /** Of the years 1 to 9999, as RFC 3339 writes them and PostgreSQL can hold them. */
  static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (time.isBefore(FIRST) || time.isAfter(LAST)) {
        throw refused(name, "Expected a time of the years 1 to 9999.");
      }
      return time;
    } catch (DateTimeException e) {
      throw refused(name, "Expected a time in RFC 3339, for example 2026-05-28T14:43:58.000Z.");
    }
  }

  /** Such a name as policies give; whether there is one of that name is another matter. */
  static @Nullable String environment(@Nullable String text) {
    if (text != null && !ENVIRONMENT.matcher(text).matches()) {
      throw refused("environment", "Expected an environment's name.");
    }
    return text;
  }

  static <T> T id(String name, String text, Function<String, T> make) {
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

  private static long number(String name, String text) {
    try {
      long number = Long.parseLong(text);
      if (number < 0) {
        throw refused(name, "Expected a number that is not negative.");
      }
      return number;
    } catch (NumberFormatException e) {
      throw refused(name, "Expected a whole number.");
    }
  }

  private static RuntimeException refused(String name, String detail) {
    return Problem.ofField(name, detail).toException();
  }
}
