package dev.keyledger.kit.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that an endpoint takes. A query with any other one is refused and not
 * answered as if it had been left out: whoever asked for less would take everything for the answer.
 * Only the query is looked at; a form in the body is not.
 */
public final class QueryParameters {
  /** An endpoint whose standard says that what isn't known is ignored. */
  public static final QueryParameters ANY = new QueryParameters(Set.of(), Set.of(), Set.of(), true);

  public static final QueryParameters NONE = of();

  /** A name that was made up is told, but not at such a length that it could hold a secret. */
  private static final int LONGEST_ECHO = 40;

  private final Set<String> once;
  private final Set<String> often;
  private final Set<String> blank;
  private final boolean any;

  private QueryParameters(Set<String> once, Set<String> often, Set<String> blank, boolean any) {
    this.once = once;
    this.often = often;
    this.blank = blank;
    this.any = any;
  }

  /** That many, each of which stands in a query once at most. */
  public static QueryParameters of(String... once) {
    return new QueryParameters(Set.of(once), Set.of(), Set.of(), false);
  }

  /** The same, and this one as often as the client likes. */
  public QueryParameters withRepeated(String name) {
    var more = new HashSet<>(often);
    more.add(name);
    return new QueryParameters(once, Set.copyOf(more), blank, any);
  }

  /** The same, and this list may be empty: so a proxy writes it that fills in a variable. */
  public QueryParameters withBlank(String name) {
    var more = new HashSet<>(blank);
    more.add(name);
    return new QueryParameters(once, often, Set.copyOf(more), any);
  }

  QueryParameters with(String name) {
    var more = new HashSet<>(once);
    more.add(name);
    return new QueryParameters(Set.copyOf(more), often, blank, any);
  }

  /**
   * @param query as it stands in the request line; {@code null} for none
   * @throws ProblemException 422 {@code unknown_parameter} with the members {@code parameter} and
   *     {@code parameters} (those that there are); 422 {@code invalid_field} for one that stands
   *     there twice or without a value; 400 for a query that can't be decoded
   */
  public void check(@Nullable String query) {
    if (query == null || query.isEmpty() || any) {
      return;
    }
    var seen = new HashSet<String>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      boolean repeats = often.contains(name);
      if (!repeats && !once.contains(name)) {
        throw unknown(name);
      }
      if (equals < 0 || (equals == pair.length() - 1 && !blank.contains(name))) {
        throw Problem.ofField(name, "The parameter has no value; leave it out.").toException();
      }
      if (!repeats && !seen.add(name)) {
        throw Problem.ofField(name, "The parameter stands there twice.").toException();
      }
    }
  }

  /** All values of one, decoded, in the order of the query. */
  public static List<String> valuesIn(@Nullable String query, String name) {
    if (query == null || query.isEmpty()) {
      return List.of();
    }
    var values = new ArrayList<String>(2);
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && decoded(pair.substring(0, equals)).equals(name)) {
        values.add(decoded(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private ProblemException unknown(String name) {
    var all = new TreeSet<>(once);
    all.addAll(often);
    String told = name.length() <= LONGEST_ECHO ? name : name.substring(0, LONGEST_ECHO);
    return Problem.of(
            422,
            "unknown_parameter",
            "There is no parameter "
                + told
                + " here; "
                + (all.isEmpty() ? "this takes none." : "there are: " + String.join(", ", all)))
        .with("parameter", told)
        .with("parameters", List.copyOf(all))
        .toException();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw UnreadableParameters.PROBLEM.toException();
    }
  }
}
