package dev.keyledger.token.issue;

import io.jsonwebtoken.io.AbstractDeserializer;
import io.jsonwebtoken.io.AbstractSerializer;
import java.io.OutputStream;
import java.io.Reader;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * jjwt's JSON by the Jackson that the rest of the platform uses; jjwt itself brings an older one.
 */
final class JwtJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<Map<String, ?>> MAP = new TypeReference<>() {};

  static final AbstractSerializer<Map<String, ?>> WRITER =
      new AbstractSerializer<>() {
        @Override
        protected void doSerialize(Map<String, ?> map, OutputStream out) {
          MAPPER.writeValue(out, map);
        }
      };

  static final AbstractDeserializer<Map<String, ?>> READER =
      new AbstractDeserializer<>() {
        @Override
        protected Map<String, ?> doDeserialize(Reader reader) {
          return MAPPER.readValue(reader, MAP);
        }
      };

  private JwtJson() {}
}
