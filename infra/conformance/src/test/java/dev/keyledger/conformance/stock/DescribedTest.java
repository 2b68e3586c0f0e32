package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The API's descriptions, by a linter, a parser and a generator that know nothing of us. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class DescribedTest {
  private static final List<String> DOCUMENTS =
      List.of(
          "/openapi.json",
          "/asyncapi.json",
          "/openapi/incard.json",
          "/openapi/incrm.json",
          "/openapi/octopus-cards.json",
          "/openapi/syncgram-pay.json");

  @Test
  void aLinterAParserAndACompilerFindNoFaultAndAGeneratedClientDoesAnAdminsDay() {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Member owner = StockCluster.get().people().join(organization, "owner");

    JsonNode said =
        Script.run(
            "described.mjs",
            Map.of(
                "BASE_URL", StockCluster.issuer(),
                "DOCUMENTS", String.join(" ", DOCUMENTS),
                "EMAIL", owner.email(),
                "PASSWORD", People.PASSWORD,
                "ORGANIZATION", organization.slug()));

    for (String document : DOCUMENTS) {
      assertThat(said.path("linted").path(document).asString()).as(document).isEqualTo("clean");
    }
    assertThat(said.path("asyncapi")).isEmpty();
    assertThat(texts(said.path("topics")))
        .containsExactlyInAnyOrderElementsOf(Topics.ALL.stream().map(Topics.Spec::name).toList());
    assertThat(said.path("compiled").asString()).isEqualTo("clean");
    JsonNode day = said.path("day");
    assertThat(day.path("status").asString()).isEqualTo("active");
    assertThat(day.path("verified").asString()).isEqualTo("ok");
    assertThat(day.path("overlap").asBoolean()).isTrue();
    assertThat(day.path("secrets").asInt()).isEqualTo(1);
    assertThat(day.path("name").asString()).isEqualTo("Billing (EU)");
    assertThat(day.path("in_force").asBoolean()).isTrue();
    assertThat(texts(day.path("listed"))).containsExactly("revoked");
    assertThat(texts(day.path("history")))
        .containsExactly(
            "key.revoked", "key.renamed", "key.rotation_completed", "key.rotated", "key.created");
    assertThat(day.path("refused").asString()).isEqualTo("key_not_active");
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }
}
