package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.json.JsonMapper;

class ProblemWriterTest {
  static final List<JsonMapper> MAPPERS = List.of(new JsonMapper(), EventCodec.mapper());

  @ParameterizedTest
  @FieldSource("MAPPERS")
  @DisplayName("RFC 9457, section 3.1: the members' order is the same with any mapper")
  void rfc9457Section31(JsonMapper mapper) {
    assertThat(written(mapper, Problem.of(409, "taken", "It is taken.").with("camelCase", "kept")))
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"code\":\"taken\","
                + "\"detail\":\"It is taken.\",\"camelCase\":\"kept\"}");
  }

  @ParameterizedTest
  @FieldSource("MAPPERS")
  void anEmptyMemberIsWritten(JsonMapper mapper) {
    assertThat(written(mapper, Problem.of(403, "forbidden", "No.").with("missing", List.of())))
        .endsWith("\"missing\":[]}");
    assertThat(written(mapper, Problem.of(403, "forbidden", "No.").with("told", Map.of("a", ""))))
        .endsWith("\"told\":{\"a\":\"\"}}");
  }

  @ParameterizedTest
  @FieldSource("MAPPERS")
  void aStatusWithoutANameHasATitleAllTheSame(JsonMapper mapper) {
    assertThat(written(mapper, Problem.of(499, "gone", "The client went.")))
        .contains("\"title\":\"Refused\",\"status\":499");
  }

  private static String written(JsonMapper mapper, Problem problem) {
    return new String(new ProblemWriter(mapper).bytesOf(problem), StandardCharsets.UTF_8);
  }
}
