package dev.keyledger.client.jwt;

import io.jsonwebtoken.io.AbstractDeserializer;
import io.jsonwebtoken.io.AbstractSerializer;
import io.jsonwebtoken.io.Deserializer;
import io.jsonwebtoken.io.Serializer;
import java.io.OutputStream;
import java.io.Reader;
import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON for jjwt by Jackson 3, which jjwt has no adapter for. A claim that stands twice is refused,
 * as RFC 7519, section 4 allows: otherwise two readers could see two tokens in one.
 */
public final class JwtJson {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(64 * 1024)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JwtJson() {}

  public static Serializer<Map<String, ?>> serializer() {
    return new AbstractSerializer<>() {
      @Override
      protected void doSerialize(Map<String, ?> claims, OutputStream out) {
        MAPPER.writeValue(out, claims);
      }
    };
  }

  public static Deserializer<Map<String, ?>> deserializer() {
    return new AbstractDeserializer<>() {
      @Override
      protected Map<String, ?> doDeserialize(Reader reader) {
        return MAPPER.readValue(reader, MAP);
      }
    };
  }
}
