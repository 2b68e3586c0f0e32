package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A small JSON object. What isn't asked for is passed over: a published text that doesn't forbid a
 * field has clients that send it. A doubled field is no JSON object, and a value of another kind is
 * 400 with the field's name in the member {@code field}. A field that is {@code null} counts as
 * absent.
 */
public final class Body {
  private final JsonNode object;

  private Body(JsonNode object) {
    this.object = object;
  }

  static Body read(byte[] bytes) {
    JsonNode object;
    try {
      // First as text: a parser of bytes would also take other encodings.
      object =
          Json.MAPPER.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (JacksonException | CharacterCodingException e) {
      throw malformed();
    }
    if (!object.isObject()) {
      throw malformed();
    }
    return new Body(object);
  }

  /**
   * @throws ProblemException 400 unless it is there and isn't empty
   */
  public String text(String field) {
    return optionalText(field)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> invalid(field, "The field " + field + " is required."));
  }

  public Optional<String> optionalText(String field) {
    JsonNode value = object.path(field);
    return isAbsent(value) ? Optional.empty() : Optional.of(textOf(value, field));
  }

  public OptionalInt optionalInteger(String field) {
    JsonNode value = object.path(field);
    if (isAbsent(value)) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw invalid(field, "The field " + field + " takes a whole number.");
    }
    return OptionalInt.of(value.intValue());
  }

  /** A list of texts; empty when it is absent. */
  public List<String> texts(String field) {
    JsonNode value = object.path(field);
    if (isAbsent(value)) {
      return List.of();
    }
    if (!value.isArray()) {
      throw invalid(field, "The field " + field + " takes a list of texts.");
    }
    var texts = new ArrayList<String>();
    value.forEach(element -> texts.add(textOf(element, field)));
    return texts;
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  // Half of a surrogate pair is no text: the gateway could not write it to a service.
  private static String textOf(JsonNode value, String field) {
    if (!value.isString() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.stringValue())) {
      throw invalid(field, "The field " + field + " takes text.");
    }
    return value.stringValue();
  }

  /** For what a dialect itself has to ask of a field. */
  public static ProblemException invalid(String field, String detail) {
    return Problem.of(400, "invalid_field", detail).with("field", field).toException();
  }

  private static ProblemException malformed() {
    return Problem.of(400, "malformed_json", "The body is not a JSON object.").toException();
  }
}
