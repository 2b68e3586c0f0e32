package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.Api;
import dev.keyledger.testing.People.Organization;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Clients of server-sent events that nobody of this project wrote, on both feeds. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES})
@Timeout(120)
class EventStreamsTest {
  private static final String REVOCATIONS = "/v1/revocations";

  private final Organization organization =
      StockCluster.get().people().liveOrganization("standard");
  private final Api owner = StockCluster.get().people().join(organization, "owner").api();
  private final Client follower =
      Client.createdBy(owner, organization, "test", List.of("audit.read", "keys.verify"));
  private final String events = organization.path() + "/events/stream";

  private String position() {
    return String.valueOf(
        StockCluster.get()
            .gateway()
            .as(follower.secret())
            .get(events + "?after=now")
            .body()
            .path("next")
            .asLong());
  }

  private void revoke(Client client) {
    Api.Answer revoked = owner.post(organization.path() + "/keys/" + client.id() + "/revoke");
    assertThat(revoked.status()).as(revoked.toString()).isEqualTo(200);
  }

  @Test
  void theOneOfNodeReadsBoth() {
    Client ended = Client.createdBy(owner, organization, "test", List.of());
    String position = position();
    try (Script script =
        Script.start(
            "event-streams.mjs",
            Map.of("KEYLEDGER_URL", StockCluster.issuer(), "API_KEY", follower.secret()))) {
      assertThat(script.answer().at("/ready").asBoolean()).isTrue();
      script.ask(REVOCATIONS);
      script.ask(events + "?after=" + position + "&types=key.revoked");
      JsonNode beat = awaited(script, one -> isOf(one, events, "heartbeat"));
      assertThat(beat.at("/data/age_ms").isMissingNode()).isFalse();

      revoke(ended);

      JsonNode[] told = new JsonNode[2];
      while (told[0] == null || told[1] == null) {
        JsonNode one = awaited(script, each -> !isOf(each, "", "heartbeat"));
        told[0] = isOf(one, REVOCATIONS, "revocation") && isAbout(one, ended) ? one : told[0];
        told[1] = isOf(one, events, "event") ? one : told[1];
      }
      assertThat(told[1].at("/data/subject").asString()).isEqualTo(ended.id());
      assertThat(told[1].at("/data/type").asString()).isEqualTo("dev.keyledger.key.revoked");
      assertThat(told[1].at("/id").asString())
          .isEqualTo(String.valueOf(told[1].at("/data/position").asLong()));
    }
  }

  private static boolean isAbout(JsonNode one, Client client) {
    return one.at("/data/id").asString("").equals(client.id());
  }

  private static boolean isOf(JsonNode one, String path, String name) {
    return one.at("/path").asString("").startsWith(path)
        && one.at("/name").asString("").equals(name);
  }

  private static JsonNode awaited(Script script, Predicate<JsonNode> wanted) {
    JsonNode one = script.answer();
    while (!wanted.test(one)) {
      assertThat(one.at("/name").asString("")).as(one.toString()).isNotEqualTo("error");
      one = script.answer();
    }
    return one;
  }

  @Test
  void theOneOfJavaReadsBothAndGoesOnWhereItWas() throws Exception {
    Client first = Client.createdBy(owner, organization, "test", List.of());
    Client second = Client.createdBy(owner, organization, "test", List.of());
    String position = position();
    try (EventSource revocations = source(REVOCATIONS, null);
        EventSource told = source(events + "?after=" + position, null)) {
      revoke(first);
      MessageEvent event = awaited(told, "event");
      assertThat(data(event).at("/type").asString()).isEqualTo("dev.keyledger.key.revoked");
      assertThat(data(event).at("/subject").asString()).isEqualTo(first.id());
      assertThat(data(event).at("/previous").asString()).isEqualTo(position);
      MessageEvent ended = awaited(revocations, "revocation");
      while (!data(ended).at("/id").asString().equals(first.id())) {
        ended = awaited(revocations, "revocation");
      }
      revoke(second);
      try (EventSource again = source(events, event.getLastEventId())) {
        MessageEvent next = awaited(again, "event");
        assertThat(data(next).at("/subject").asString()).isEqualTo(second.id());
        assertThat(data(next).at("/previous").asString()).isEqualTo(event.getLastEventId());
      }
    }
  }

  private EventSource source(String path, @Nullable String lastEventId) {
    return new EventSource.Builder(
            ConnectStrategy.http(URI.create(StockCluster.issuer() + path))
                .header("X-Api-Key", follower.secret()))
        .lastEventId(lastEventId)
        .build();
  }

  private static MessageEvent awaited(EventSource source, String name) throws Exception {
    MessageEvent event = source.readMessage();
    while (!event.getEventName().equals(name)) {
      event = source.readMessage();
    }
    return event;
  }

  private static JsonNode data(MessageEvent event) {
    return EventCodec.mapper().readTree(event.getData());
  }
}
