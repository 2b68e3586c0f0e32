package dev.keyledger.kit.web;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what is wrong with a body, and where, without quoting it: it may hold a secret. */
public final class UnreadableBodies {
  private static final String UNFIT = "The field's value is not of the form due here.";

  private UnreadableBodies() {}

  static Problem problemOf(HttpMessageNotReadableException refused) {
    for (Throwable e = refused; e != null; e = e.getCause()) {
      switch (e) {
        case JacksonException unread -> {
          return problemOf(unread);
        }
        default -> {}
      }
    }
    return malformed("The body is missing or cannot be read.");
  }

  /** Of what was to be read as JSON. */
  public static Problem problemOf(JacksonException refused) {
    return switch (refused) {
      case InputCoercionException tooLarge ->
          Problem.ofField(pathOf(tooLarge), "The number is out of range.");
      case StreamConstraintsException tooLong when !tooLong.getPath().isEmpty() ->
          Problem.ofField(pathOf(tooLong), "The value is too long.");
      case StreamConstraintsException tooMuch ->
          malformed("The body is nested too deeply, or a name, text or number in it is too long.");
      case StreamReadException malformed ->
          malformed("The body is not JSON, or has a field twice.");
      case UnrecognizedPropertyException unknown ->
          Problem.ofField(pathOf(unknown), "There is no such field.");
      case UnfitValueException unfit -> Problem.ofField(pathOf(unfit), unfit.due());
      case MismatchedInputException more when isBehindTheBody(more) ->
          malformed("There is more behind the body.");
      case MismatchedInputException unfit ->
          Problem.ofField(pathOf(unfit), dueIs(unfit.getTargetType()));
      case DatabindException unfit -> Problem.ofField(pathOf(unfit), UNFIT);
      default -> malformed("The body is missing or cannot be read.");
    };
  }

  private static Problem malformed(String detail) {
    return Problem.of(400, "malformed_json", detail);
  }

  /** Whether a second value is what couldn't be read. */
  private static boolean isBehindTheBody(MismatchedInputException e) {
    if (!e.getPath().isEmpty() || !(e.processor() instanceof JsonParser parser)) {
      return false;
    }
    TokenStreamContext context = parser.streamReadContext();
    while (context.getParent() != null) {
      context = context.getParent();
    }
    return context.getEntryCount() > 1;
  }

  private static String dueIs(Class<?> type) {
    if (type == null) {
      return UNFIT;
    }
    if (type == String.class) {
      return "Text is due here.";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false is due here.";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "A whole number is due here.";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "A list is due here.";
    }
    if (Map.class.isAssignableFrom(type) || type.isRecord()) {
      return "An object is due here.";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "One of these is due here: ", "."));
    }
    return UNFIT;
  }

  /** {@code scopes[2]}, {@code ip_allowlist.cidrs}; {@code body} for the body as a whole. */
  private static String pathOf(JacksonException e) {
    var path = new StringBuilder();
    List<JacksonException.Reference> steps = e.getPath();
    for (JacksonException.Reference step : steps) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(Problem.shown(step.getPropertyName()));
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }
}
