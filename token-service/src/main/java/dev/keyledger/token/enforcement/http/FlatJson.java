package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.text.VisibleText;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * A body of texts and lists of texts, read in one pass and as strictly as every other body: unknown
 * fields, doubled fields, values of another kind and texts that can't be seen are refused.
 */
final class FlatJson {
  // Buffers are kept by thread, of which there are few: the default's common pool is contended.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .build();
  private static final int LONGEST_LIST = 100;

  private final Map<String, Object> fields;

  private FlatJson(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * @throws ProblemException 400 {@code malformed_json}, 422 {@code invalid_field} naming the field
   */
  static FlatJson read(byte[] body, Set<String> known) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed();
      }
      var fields = new HashMap<String, Object>(8);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (!known.contains(name)) {
          throw Problem.ofUnknownField(name).toException();
        }
        switch (parser.nextToken()) {
          case VALUE_STRING -> fields.put(name, parser.getString());
          case VALUE_NULL -> {}
          case START_ARRAY -> fields.put(name, list(parser, name));
          default -> throw Problem.ofField(name, "This field takes text.").toException();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw malformed();
      }
      return new FlatJson(fields);
    } catch (JacksonException e) {
      throw malformed();
    }
  }

  private static List<String> list(JsonParser parser, String name) {
    var texts = new ArrayList<String>();
    while (parser.nextToken() == JsonToken.VALUE_STRING && texts.size() < LONGEST_LIST) {
      texts.add(parser.getString());
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw Problem.ofField(name, "This field takes a list of at most 100 texts.").toException();
    }
    return texts;
  }

  private static ProblemException malformed() {
    return Problem.of(400, "malformed_json", "The body is not a JSON object.").toException();
  }

  @Nullable String text(String name) {
    String text = presented(name);
    if (text != null && !VisibleText.isVisible(text)) {
      throw Problem.ofField(name, VisibleText.DUE).toException();
    }
    return text;
  }

  /** A credential: it is compared and kept nowhere, and any text may be presented as one. */
  @Nullable String presented(String name) {
    return switch (fields.get(name)) {
      case null -> null;
      case String text -> text;
      default -> throw Problem.ofField(name, "This field takes text.").toException();
    };
  }

  String credential(String name) {
    String text = presented(name);
    if (text == null) {
      throw Problem.ofField(name, "This field is required.").toException();
    }
    return text;
  }

  @SuppressWarnings("unchecked") // Only read() puts values in.
  List<String> texts(String name) {
    return switch (fields.get(name)) {
      case null -> List.of();
      case List<?> texts -> (List<String>) texts;
      default -> throw Problem.ofField(name, "This field takes a list of texts.").toException();
    };
  }
}
