package dev.keyledger.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.query.QueryServiceUnderTest.Answer;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What delivery-service is told of history, for those who follow it. */
@ExtendWith(SharedReplica.Resolver.class)
class FollowedEventsTest {
  private static final String PATH = "/internal/v1/events/behind";

  private final SharedReplica replica;
  private final Stream stream = new Stream();
  private final List<LedgerEvent> events = new ArrayList<>();

  FollowedEventsTest(SharedReplica replica) {
    this.replica = replica;
  }

  /** Registered, then a key created and another revoked, three times over. */
  private void publishALife() {
    events.add(stream.registered());
    for (int i = 0; i < 3; i++) {
      var key = TestLedger.newKey();
      events.add(stream.next(TestLedger.created(key, "key " + i)));
      events.add(
          stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "left", TestLedger.START)));
    }
    replica.ledger.publish(events);
    replica.service.awaitApplied(stream);
  }

  private Answer ask(ServicePair pair, Stream of, long after, int limit, int bytes, String types) {
    String token = new InternalTokens(replica.service.serverKeys, replica.clock).make(pair);
    return replica.service.postAs(
        token,
        PATH,
        ("{\"organization\":\"%s\",\"after\":%d,\"limit\":%d,\"bytes\":%d,\"patterns\":%s}")
            .formatted(of.id, after, limit, bytes, types));
  }

  private JsonNode page(long after, int limit, int bytes, String types) {
    Answer answer = ask(ServicePair.DELIVERY_TO_QUERY, stream, after, limit, bytes, types);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body();
  }

  private static List<Long> positions(JsonNode page) {
    return page.path("items").valueStream().map(one -> one.path("position").asLong()).toList();
  }

  @Test
  void aPageHasTheRecordsAsTheyWerePublishedAndSaysHowFarHistoryIs() {
    publishALife();
    JsonNode all = page(-1, 1000, 500_000, "null");
    assertThat(positions(all)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    for (LedgerEvent event : events) {
      assertThat(all.path("items").get((int) event.position()).path("record").binaryValue())
          .isEqualTo(EventCodec.encode(event.withoutVerifiers()));
    }
    assertThat(all.path("position").asLong()).isEqualTo(6);
    assertThat(all.path("more").asBoolean()).isFalse();
    assertThat(all.path("previous").isNull() || all.path("previous").isMissingNode()).isTrue();
    assertThat(all.path("up_to").path("topic").asString()).isNotEmpty();
    assertThat(all.path("up_to").path("offset").asLong()).isGreaterThan(6);

    JsonNode some = page(1, 2, 500_000, "null");
    assertThat(positions(some)).containsExactly(2L, 3L);
    assertThat(some.path("more").asBoolean()).isTrue();
    assertThat(some.path("previous").asLong()).isEqualTo(1);
    JsonNode end = page(4, 2, 500_000, "null");
    assertThat(positions(end)).containsExactly(5L, 6L);
    assertThat(end.path("more").asBoolean()).isFalse();
  }

  @Test
  void aPageIsOfTheSizeThatIsAskedForButNeverOfNothing() {
    publishALife();
    int two =
        EventCodec.encode(events.get(1).withoutVerifiers()).length
            + EventCodec.encode(events.get(2).withoutVerifiers()).length;
    assertThat(positions(page(0, 1000, two, "null"))).containsExactly(1L, 2L);
    JsonNode one = page(0, 1000, 0, "null");
    assertThat(positions(one)).containsExactly(1L);
    assertThat(one.path("more").asBoolean()).isTrue();
    JsonNode none = page(0, 0, 0, "null");
    assertThat(positions(none)).isEmpty();
    assertThat(none.path("position").asLong()).isEqualTo(6);
  }

  @Test
  void ofSomeTypesItNamesTheLastOneBefore() {
    publishALife();
    String revoked = "[\"key.revoked\"]";
    JsonNode first = page(-1, 2, 500_000, revoked);
    assertThat(positions(first)).containsExactly(2L, 4L);
    assertThat(first.path("more").asBoolean()).isTrue();
    assertThat(first.path("previous").asLong(-1)).isEqualTo(-1);
    JsonNode second = page(4, 2, 500_000, revoked);
    assertThat(positions(second)).containsExactly(6L);
    assertThat(second.path("more").asBoolean()).isFalse();
    assertThat(second.path("previous").asLong()).isEqualTo(4);
    assertThat(page(5, 2, 500_000, revoked).path("previous").asLong()).isEqualTo(4);
    assertThat(positions(page(-1, 1000, 500_000, "[\"key.revoked\",\"organization.registered\"]")))
        .containsExactly(0L, 2L, 4L, 6L);
    assertThat(positions(page(-1, 1000, 500_000, "[]"))).isEmpty();
    assertThat(positions(page(3, 1000, 500_000, "[\"key.*\"]"))).containsExactly(4L, 5L, 6L);
    assertThat(positions(page(3, 1000, 500_000, "[\"*\"]"))).containsExactly(4L, 5L, 6L);
  }

  @Test
  void ofAnOrganizationThatIsHaltedItDoesNotSayThatNothingIsMissing() {
    publishALife();
    stream.skip();
    replica.ledger.publish(stream.next(TestLedger.created(TestLedger.newKey(), "behind a gap")));
    await().until(() -> !page(6, 1, 1, "null").path("up_to").isObject());
    assertThat(positions(page(6, 1000, 500_000, "null"))).isEmpty();
  }

  @Test
  void nobodyElseIsToldAndWhatIsNoPageIsRefused() {
    publishALife();
    for (ServicePair pair : ServicePair.values()) {
      int due = pair == ServicePair.DELIVERY_TO_QUERY ? 200 : 401;
      assertThat(ask(pair, stream, -1, 1, 1, "null").status()).as("%s", pair).isEqualTo(due);
    }
    ServicePair own = ServicePair.DELIVERY_TO_QUERY;
    assertThat(ask(own, stream, -2, 1, 1, "null").status()).isEqualTo(422);
    assertThat(ask(own, stream, -1, 1_001, 1, "null").status()).isEqualTo(422);
    assertThat(ask(own, stream, -1, 1, 1_000_000, "null").status()).isEqualTo(422);
    assertThat(ask(own, new Stream(), -1, 1, 1, "null").body().path("position").asLong())
        .isEqualTo(-1);
  }
}
