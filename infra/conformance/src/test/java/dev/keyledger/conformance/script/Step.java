package dev.keyledger.conformance.script;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a sentence is made of. */
sealed interface Step {
  int line();

  /** {@code @given acme is a live organisation on incard} */
  record Assume(int line, String title) implements Step {}

  /** {@code @alone}: what follows is given to this sentence alone. */
  record Alone(int line) implements Step {}

  /** {@code @let name = text} */
  record Let(int line, String name, String text) implements Step {}

  /** {@code @clock +PT15M} */
  record MoveClock(int line, Duration by) implements Step {}

  /** {@code @never-logged {{key}}} */
  record NeverLogged(int line, String text) implements Step {}

  /**
   * A request and what has to come back.
   *
   * @param name by which others compare their answers with this one
   * @param parallel how many are sent at once
   * @param times how often that is done, one after the other
   * @param within how long it may take until the answer is as expected; zero for at once
   * @param expected one for each status, or just one
   */
  record Exchange(
      int line,
      @Nullable String name,
      int parallel,
      int times,
      Duration within,
      Request request,
      List<Expected> expected)
      implements Step {}

  /**
   * @param target path and query
   * @param body empty for none
   */
  record Request(String method, String target, List<Field> fields, String body) {
    boolean says(String name) {
      return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }
  }

  /** A header line. */
  record Field(String name, String value) {}

  /**
   * @param count how many answers have this status; zero for all
   * @param body JSON by shape, or null where it doesn't matter
   * @param sameBodyAs the name of another exchange, or {@value #EACH_OTHER}
   */
  record Expected(
      int line,
      int status,
      int count,
      List<Field> fields,
      @Nullable String body,
      @Nullable String sameBodyAs) {
    static final String EACH_OTHER = "each other";
  }
}
