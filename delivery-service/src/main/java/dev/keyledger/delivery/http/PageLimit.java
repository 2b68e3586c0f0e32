package dev.keyledger.delivery.http;

import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.Problem;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How much a page has at most. */
final class PageLimit {
  private static final int DEFAULT = 100;
  private static final int MAXIMUM = 1000;

  private PageLimit() {}

  /**
   * @param text 1 to 1,000; {@code null} for 100
   * @throws dev.keyledger.kit.web.ProblemException 422 {@code invalid_field} for another
   */
  static int of(@Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    OptionalLong limit = WholeNumber.parse(text);
    if (limit.isEmpty() || limit.getAsLong() < 1 || limit.getAsLong() > MAXIMUM) {
      throw Problem.ofField("limit", "A page has 1 to " + MAXIMUM + " items.").toException();
    }
    return (int) limit.getAsLong();
  }
}
