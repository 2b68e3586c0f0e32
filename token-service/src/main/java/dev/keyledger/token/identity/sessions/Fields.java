package dev.keyledger.token.identity.sessions;

import dev.keyledger.kit.text.VisibleText;
import dev.keyledger.kit.web.Problem;
import org.jspecify.annotations.Nullable;

/** What has to be in a body. */
public final class Fields {
  private static final int LONGEST = 1024;

  private Fields() {}

  /**
   * @throws dev.keyledger.kit.web.ProblemException 422 that names the field
   */
  public static String required(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw Problem.ofField(name, "The field is missing.").toException();
    }
    if (VisibleText.length(value) > LONGEST) {
      throw Problem.ofField(name, "The field is too long.").toException();
    }
    return value;
  }
}
