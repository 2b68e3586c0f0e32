package dev.keyledger.conformance.script;

import dev.keyledger.events.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An expected text. Between angle brackets stands what may vary, and the name by which it is
 * remembered: {@code sk_live_<text as rest>}.
 *
 * <ul>
 *   <li>{@code <text>}: anything but nothing
 *   <li>{@code <like [0-9]+>}: a regular expression
 *   <li>{@code <time>}, {@code <time in PT15M>}: UTC with milliseconds, so far from now
 *   <li>{@code <seconds>}, {@code <seconds in PT15M>}: the same in whole seconds
 *   <li>{@code <jwt PT30M>}: one that lives so long
 *   <li>{@code <opaque>}: a token in which nothing can be read
 * </ul>
 */
final class TextPattern {
  private static final Pattern PLACE = Pattern.compile("<([a-z]+)( [^<>]*?)??( as [\\w.-]+)?>");
  private static final String TO_THE_SECOND = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d";

  /** A clock that is read on both sides of the network, on a busy machine. */
  private static final Duration TOLERANCE = Duration.ofSeconds(15);

  /**
   * @param detail what follows the kind, perhaps nothing
   */
  record Place(String kind, String detail, @Nullable String name) {
    @Override
    public String toString() {
      return "<" + (kind + " " + detail).strip() + ">";
    }
  }

  private final Pattern whole;
  private final List<Place> places;

  private TextPattern(Pattern whole, List<Place> places) {
    this.whole = whole;
    this.places = places;
  }

  static TextPattern of(String text) {
    var places = new ArrayList<Place>();
    var regex = new StringBuilder();
    Matcher matcher = PLACE.matcher(text);
    int from = 0;
    while (matcher.find()) {
      Place place = place(matcher);
      regex.append(Pattern.quote(text.substring(from, matcher.start())));
      regex.append("(?<place").append(places.size()).append('>').append(regexOf(place)).append(')');
      places.add(place);
      from = matcher.end();
    }
    regex.append(Pattern.quote(text.substring(from)));
    return new TextPattern(Pattern.compile(regex.toString(), Pattern.DOTALL), places);
  }

  /** The place that is all of the text, such as {@code <number as n>}. */
  static Optional<Place> onlyPlaceIn(String text) {
    Matcher matcher = PLACE.matcher(text);
    return matcher.matches() ? Optional.of(place(matcher)) : Optional.empty();
  }

  private static Place place(Matcher matcher) {
    String name = matcher.group(3);
    return new Place(
        matcher.group(1),
        matcher.group(2) == null ? "" : matcher.group(2).strip(),
        name == null ? null : name.substring(" as ".length()));
  }

  private static String regexOf(Place place) {
    return switch (place.kind()) {
      case "text" -> ".+";
      case "like" -> place.detail();
      case "time" -> TO_THE_SECOND + "\\.\\d{3}Z";
      case "seconds" -> TO_THE_SECOND + "Z";
      case "jwt" -> "[\\w-]+\\.[\\w-]+\\.[\\w-]+";
      case "opaque" -> "[\\w.~+/=-]{20,}";
      default -> throw new IllegalArgumentException("there is no " + place + " in a text");
    };
  }

  /** Whether it matches; captures only then. */
  boolean matches(String actual, Variables variables) {
    Matcher matcher = whole.matcher(actual);
    if (!matcher.matches()) {
      return false;
    }
    for (int i = 0; i < places.size(); i++) {
      if (!holds(places.get(i), matcher.group("place" + i), variables.now())) {
        return false;
      }
    }
    for (int i = 0; i < places.size(); i++) {
      String name = places.get(i).name();
      if (name != null) {
        variables.set(name, matcher.group("place" + i));
      }
    }
    return true;
  }

  private static boolean holds(Place place, String text, Instant now) {
    return switch (place.kind()) {
      case "time", "seconds" ->
          place.detail().isEmpty() || isAbout(Instant.parse(text), now.plus(distanceOf(place)));
      case "jwt" -> place.detail().isEmpty() || lifeOf(text).equals(Duration.parse(place.detail()));
      case "opaque" -> partsOf(text).stream().skip(1).noneMatch(TextPattern::isJson);
      default -> true;
    };
  }

  private static Duration distanceOf(Place place) {
    return Duration.parse(place.detail().replaceFirst("^in ", ""));
  }

  private static boolean isAbout(Instant actual, Instant expected) {
    return Duration.between(actual, expected).abs().compareTo(TOLERANCE) <= 0;
  }

  private static Duration lifeOf(String jwt) {
    JsonNode claims = EventCodec.mapper().readTree(decoded(partsOf(jwt).get(1)));
    return Duration.ofSeconds(claims.path("exp").asLong(0) - claims.path("iat").asLong(0));
  }

  private static List<String> partsOf(String token) {
    return List.of(token.split("\\.", -1));
  }

  private static boolean isJson(String part) {
    try {
      return EventCodec.mapper().readTree(decoded(part)).isObject();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static String decoded(String part) {
    try {
      return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
