package dev.keyledger.command.api;

import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fields of bodies that JSON may leave out. */
final class Body {
  private Body() {}

  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Problem.ofField(field, "The field is missing.").toException();
    }
    return value;
  }

  /** What is said of a command's field is said of the one that the client sent for it. */
  static <T> T sentAs(String sent, String field, Supplier<T> action) {
    try {
      return action.get();
    } catch (RefusedException e) {
      if (e.refusal() instanceof InvalidField f && f.field().equals(field)) {
        throw new InvalidField(sent, f.detail()).toException();
      }
      throw e;
    }
  }

  static List<String> texts(String field, @Nullable List<@Nullable String> texts) {
    if (texts != null && texts.stream().anyMatch(Objects::isNull)) {
      throw Problem.ofField(field, "A list of texts has no null in it.").toException();
    }
    return texts == null ? List.of() : texts.stream().map(Objects::requireNonNull).toList();
  }
}
