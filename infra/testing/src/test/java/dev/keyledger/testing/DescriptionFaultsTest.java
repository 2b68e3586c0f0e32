package dev.keyledger.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each fault is found. */
class DescriptionFaultsTest {
  private static final String WITHOUT =
      """
      {"openapi": "3.1.0", "tags": [{"name": "Things"}],
       "paths": {"/things": {"post": {
         "operationId": "makeThing", "tags": ["Things"], "summary": "Make a thing", "description": "Any.",
         "responses": {"201": {"description": "It", "content": {"application/json": {
           "schema": {"$ref": "#/components/schemas/Thing"}, "example": {"id": 1}}}}}}}},
       "components": {"schemas": {"Thing": {
         "type": "object", "additionalProperties": false, "properties": {"id": {"type": "integer"}}}}}}
      """;

  @Test
  void aDescriptionWithoutFaultHasNone() {
    assertThat(faultsWith("", "")).isEmpty();
  }

  @Test
  void twoOperationsOfOneIdAreTold() {
    assertThat(
            faultsWith(
                "\"/things\":",
                "\"/others\": {\"get\": {\"operationId\": \"makeThing\"}}, \"/things\":"))
        .contains("post /things has no id of its own: makeThing");
  }

  @Test
  void anOperationWithoutWordsIsTold() {
    assertThat(faultsWith("\"Any.\"", "\"\"")).containsExactly("post /things has no description");
    assertThat(faultsWith("[\"Things\"]", "[\"Else\"]"))
        .containsExactly("post /things is in no area");
  }

  @Test
  void referencesThatLeadNowhereAndWhatNothingRefersToAreTold() {
    assertThat(faultsWith("\"Thing\": {", "\"Other\": {"))
        .contains(
            "#/components/schemas/Thing leads nowhere",
            "#/components/schemas/Other is referred to by nothing");
  }

  @Test
  void bodiesWithoutANameOrWithABadExampleAreTold() {
    assertThat(faultsWith("{\"id\": 1}", "{\"id\": \"one\"}")).hasSize(1);
    assertThat(faultsWith(", \"example\": {\"id\": 1}", ""))
        .containsExactly("post /things 201 application/json has no example");
    assertThat(faultsWith("{\"$ref\": \"#/components/schemas/Thing\"}", "{\"type\": \"object\"}"))
        .contains("post /things 201 application/json has no schema with a name");
  }

  @Test
  void anObjectThatLeavesItsMembersOpenIsTold() {
    assertThat(faultsWith("\"additionalProperties\": false, ", ""))
        .containsExactly("/Thing doesn't say whether it has other members");
  }

  private static List<String> faultsWith(String text, String other) {
    JsonNode document =
        JsonMapper.shared().readTree(text.isEmpty() ? WITHOUT : WITHOUT.replace(text, other));
    return DescriptionFaults.in(document);
  }
}
