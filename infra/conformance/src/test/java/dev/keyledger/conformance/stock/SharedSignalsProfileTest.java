package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testkit.StubServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the CAEP Interoperability Profile 1.0 wants of a transmitter, a sentence for each, with jose
 * to verify what comes.
 */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
class SharedSignalsProfileTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
  private static final String PUSH = "urn:ietf:rfc:8935";
  private static final String POLL = "urn:ietf:rfc:8936";

  private static Script receiver;
  private static JsonNode metadata;

  private final Organization organization =
      StockCluster.get().people().liveOrganization("standard");
  private final Api owner = StockCluster.get().people().join(organization, "owner").api();

  @BeforeAll
  static void begin() {
    receiver = Script.start("shared-signals.mjs", Map.of("ISSUER", StockCluster.issuer()));
    metadata = receiver.answer().get("metadata");
  }

  @AfterAll
  static void end() {
    receiver.close();
  }

  private static String path(String endpoint) {
    return metadata.get(endpoint).asString().substring(StockCluster.issuer().length());
  }

  private static Answer made(Api by, Map<String, Object> wanted) {
    Answer made = by.post(path("configuration_endpoint"), wanted);
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return made;
  }

  /** What jose says of a token for that stream. */
  private static JsonNode verdict(Answer stream, String token) {
    ObjectNode line = EventCodec.mapper().createObjectNode();
    line.put("audience", stream.text("aud")).put("token", token);
    return receiver.ask(line.toString());
  }

  private static JsonNode verified(Answer stream, String token) {
    JsonNode said = verdict(stream, token);
    assertThat(said.at("/good").asBoolean()).as(said.toString()).isTrue();
    return said.get("payload");
  }

  private List<String> polled(Api by, Answer stream, int count) {
    String endpoint =
        stream.text("delivery.endpoint_url").substring(StockCluster.issuer().length());
    var tokens = new ArrayList<String>();
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          tokens.clear();
          Answer answer = by.post(endpoint, Map.of("returnImmediately", true));
          assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
          EventCodec.mapper()
              .readTree(answer.rawBody())
              .get("sets")
              .forEach(one -> tokens.add(one.asString()));
          assertThat(tokens).hasSize(count);
        });
    return tokens;
  }

  @Test
  void theMetadataNamesVersionMethodsKeysEndpointsAndOauth() {
    assertThat(metadata.get("spec_version").asString()).isGreaterThanOrEqualTo("1_0");
    assertThat(metadata.get("delivery_methods_supported").toString()).contains(PUSH, POLL);
    assertThat(metadata.get("jwks_uri").asString()).startsWith(StockCluster.issuer());
    assertThat(metadata.get("configuration_endpoint").asString()).isNotBlank();
    assertThat(metadata.get("verification_endpoint").asString()).isNotBlank();
    assertThat(metadata.get("authorization_schemes").toString())
        .contains("{\"spec_urn\":\"urn:ietf:rfc:6749\"}");
  }

  @Test
  void aStreamIsCreatedWithEitherDeliveryAndSaysWhich() {
    Answer polled = made(owner, Map.of("delivery", Map.of("method", POLL)));
    assertThat(polled.text("delivery.method")).isEqualTo(POLL);
    Answer pushed =
        made(
            owner,
            Map.of(
                "delivery",
                Map.of("method", PUSH, "endpoint_url", "https://receiver.example/events")));
    assertThat(pushed.text("delivery.method")).isEqualTo(PUSH);
    String one = path("configuration_endpoint") + "?stream_id=" + pushed.text("stream_id");
    assertThat(owner.get(one).text("delivery.endpoint_url"))
        .isEqualTo("https://receiver.example/events");
    assertThat(owner.delete(one).status()).isEqualTo(204);
    assertThat(owner.get(one).status()).isEqualTo(404);
  }

  @Test
  void anOauthClientCreatesReadsChangesAndVerifiesItsStream() {
    Client client =
        Client.createdBy(
            owner, organization, "live", List.of("subscriptions.manage", "subscriptions.read"));
    Api own = StockCluster.get().gateway().as(client.token());
    Answer stream = made(own, Map.of());
    String id = stream.text("stream_id");
    assertThat(own.post(path("configuration_endpoint"), Map.of()).status()).isEqualTo(409);
    assertThat(
            own.patch(
                    path("configuration_endpoint"), Map.of("stream_id", id, "description", "other"))
                .text("description"))
        .isEqualTo("other");
    assertThat(
            own.post(path("status_endpoint"), Map.of("stream_id", id, "status", "paused"))
                .text("status"))
        .isEqualTo("paused");
    assertThat(
            own.post(path("status_endpoint"), Map.of("stream_id", id, "status", "enabled"))
                .text("status"))
        .isEqualTo("enabled");
    assertThat(
            own.post(path("verification_endpoint"), Map.of("stream_id", id, "state", "mine"))
                .status())
        .isEqualTo(204);
    JsonNode claims = verified(stream, polled(own, stream, 1).getFirst());
    assertThat(claims.at("/sub_id/format").asString()).isEqualTo("opaque");
    assertThat(claims.get("events").toString()).contains("\"state\":\"mine\"");
  }

  @Test
  void anEndedSessionAndARevokedKeyAreToldByIssSubWithAReasonOneEventEach() {
    Answer stream = made(owner, Map.of());
    Client client = Client.createdBy(owner, organization, "live", List.of());
    assertThat(
            owner.post(organization.path() + "/keys/" + client.id() + "/revoke", Map.of()).status())
        .isEqualTo(200);
    var member = StockCluster.get().people().join(organization, "employee");
    assertThat(member.api().delete("/v1/sessions/current").status()).isEqualTo(204);

    var types = new ArrayList<String>();
    var changes = new ArrayList<String>();
    for (String token : polled(owner, stream, 3)) {
      JsonNode claims = verified(stream, token);
      assertThat(claims.at("/sub_id/format").asString()).isEqualTo("iss_sub");
      assertThat(claims.get("events").size()).isEqualTo(1);
      claims
          .get("events")
          .properties()
          .forEach(event -> {
            types.add(event.getKey());
            changes.add(event.getValue().at("/change_type").asString(""));
            assertThat(event.getValue().at("/reason_admin/en").asString()).isNotBlank();
          });
    }
    assertThat(types)
        .containsExactlyInAnyOrder(
            CAEP + "session-revoked", CAEP + "credential-change", CAEP + "credential-change");
    assertThat(changes).contains("create", "revoke");
  }

  @Test
  void whatIsPushedIsSignedByRs256AndIsNoAccessToken() {
    try (var pushed = new StubServer()) {
      pushed.answerJson(202, "");
      Answer stream =
          made(
              owner,
              Map.of(
                  "delivery",
                  Map.of(
                      "method",
                      PUSH,
                      "endpoint_url",
                      pushed.url() + "/events",
                      "authorization_header",
                      "Bearer of-the-receiver")));
      assertThat(stream.rawBody()).doesNotContain("of-the-receiver");
      Client.createdBy(owner, organization, "live", List.of());
      await().atMost(SOON).until(() -> !pushed.asked().isEmpty());
      String token = pushed.last().body();
      assertThat(pushed.last().headers().getFirst("Authorization"))
          .isEqualTo("Bearer of-the-receiver");
      assertThat(verdict(stream, token).at("/header/alg").asString()).isEqualTo("RS256");
      assertThat(
              verdict(stream, token.substring(0, token.length() - 6) + "AAAAAA")
                  .at("/good")
                  .asBoolean(true))
          .isFalse();
      Answer refused = StockCluster.get().gateway().as(token).get(organization.path());
      assertThat(refused.status()).isEqualTo(401);
      String history = owner.get(organization.path() + "/events").rawBody();
      assertThat(history).contains("subscription.created").doesNotContain("of-the-receiver");
    }
  }
}
