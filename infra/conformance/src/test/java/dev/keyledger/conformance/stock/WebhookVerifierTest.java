package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.Api;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Libraries for Standard Webhooks and CloudEvents, on what the platform really sends. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class WebhookVerifierTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(strings = {"standardwebhooks", "svix"})
  void whatIsSentIsVerifiedByTheSecretAsItWasShownAndNothingElseIs(String library) {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Api owner = StockCluster.get().people().join(organization, "owner").api();
    try (var receiver = new StubServer();
        Script verifier = Script.start("webhook-verifier.mjs", Map.of())) {
      assertThat(verifier.answer().at("/ready").asBoolean()).isTrue();
      receiver.answerJson(200, "{}");
      Api.Answer made =
          owner.post(
              organization.path() + "/subscriptions",
              Map.of(
                  "kind", "webhook",
                  "name", "A receiver",
                  "url", receiver.url() + "/hook",
                  "events", List.of("key.*"),
                  "signature", "v1"));
      assertThat(made.status()).as(made.toString()).isEqualTo(201);
      String secret = made.text("secret");
      Client.createdBy(owner, organization, "test", List.of());
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(receiver.asked())
                  .as(owner.get(deliveries(organization, made)).toString())
                  .isNotEmpty());
      Asked asked = receiver.asked().getFirst();

      JsonNode said = verifier.ask(line(library, secret, asked, asked.body()));

      assertThat(said.at("/good").asBoolean()).as(said.toString()).isTrue();
      assertThat(said.at("/event/type").asString()).isEqualTo("dev.keyledger.key.created");
      assertThat(said.at("/event/organization").asString()).isEqualTo(organization.id());
      assertThat(said.at("/verified/id")).isEqualTo(said.at("/event/id"));
      String changed = asked.body().replace("key.created", "key.revoked");
      assertThat(verifier.ask(line(library, secret, asked, changed)).at("/good").asBoolean(true))
          .isFalse();
      String another = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
      assertThat(
              verifier.ask(line(library, another, asked, asked.body())).at("/good").asBoolean(true))
          .isFalse();
    }
  }

  private static String deliveries(Organization organization, Api.Answer made) {
    return organization.path() + "/subscriptions/" + made.text("subscription.id") + "/deliveries";
  }

  private static String line(String library, String secret, Asked asked, String body) {
    ObjectNode line = EventCodec.mapper().createObjectNode();
    line.put("library", library);
    line.put("secret", secret);
    line.put("body", body);
    ObjectNode headers = line.putObject("headers");
    for (String name :
        List.of("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")) {
      headers.put(name, asked.headers().getFirst(name));
    }
    return line.toString();
  }
}
