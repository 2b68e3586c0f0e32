package dev.keyledger.kit.web;

import java.util.List;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says what is wrong with a body, and where, without quoting it: it may hold a secret. */
final class UnreadableBodies {
  private UnreadableBodies() {}

  static Problem problemOf(HttpMessageNotReadableException refused) {
    for (Throwable e = refused; e != null; e = e.getCause()) {
      switch (e) {
        case BodyTooLargeException large -> {
          return BodyFilter.tooLarge();
        }
        case StreamReadException malformed -> {
          return malformed("The body is not JSON.");
        }
        case UnrecognizedPropertyException unknown -> {
          return Problem.ofField(pathOf(unknown), "There is no such field.");
        }
        case DatabindException unfit -> {
          return Problem.ofField(pathOf(unfit), "The field's value is not of the form due here.");
        }
        default -> {}
      }
    }
    return malformed("The body is missing or cannot be read.");
  }

  private static Problem malformed(String detail) {
    return Problem.of(400, "malformed_json", detail);
  }

  /** {@code scopes[2]}, {@code ip_allowlist.cidrs}; {@code body} for the body as a whole. */
  private static String pathOf(DatabindException e) {
    var path = new StringBuilder();
    List<JacksonException.Reference> steps = e.getPath();
    for (JacksonException.Reference step : steps) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(shortened(step.getPropertyName()));
      }
    }
    return path.isEmpty() ? "body" : path.toString();
  }

  // A name that the client made up is echoed, but not at any length.
  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }
}
