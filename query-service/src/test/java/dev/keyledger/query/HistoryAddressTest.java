package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.Actor;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** History is asked for by where it came from. */
@ExtendWith(SharedReplica.Resolver.class)
class HistoryAddressTest {
  private static final Instant T = TestLedger.START;

  private final SharedReplica replica;
  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream acme = new Stream();
  private final Actor mia = someMember();
  private final Actor noah = someMember();
  private final Actor operator =
      new Actor(Actor.Kind.OPERATOR, PersonId.of(UuidCreator.getTimeOrderedEpoch()), null, null);

  HistoryAddressTest(SharedReplica replica) {
    this.replica = replica;
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @Test
  void anAddressOrARangeFindsWhatAnybodyDidFromThere() {
    publish(
        acme.registered(),
        from(mia, "198.51.100.7"), // 1
        from(noah, "198.51.100.200"), // 2
        from(operator, "198.51.100.7"), // 3
        from(mia, "2001:db8:1:2::7"), // 4
        from(noah, "203.0.113.9"), // 5
        acme.next(TestLedger.created(TestLedger.newKey(), "by nobody"), mia, Origin.NONE));

    assertThat(found("?ip=198.51.100.7")).containsExactly(3L, 1L);
    assertThat(found("?ip=198.51.100.7/32&order=oldest")).containsExactly(1L, 3L);
    assertThat(found("?ip=198.51.100.0/24")).containsExactly(3L, 2L, 1L);
    assertThat(found("?ip=198.51.100.99/24")).containsExactly(3L, 2L, 1L);
    assertThat(found("?ip=198.51.100.128/25")).containsExactly(2L);
    assertThat(found("?ip=192.0.0.0/4")).containsExactly(5L, 3L, 2L, 1L);
    assertThat(found("?ip=0.0.0.0/0")).containsExactly(5L, 3L, 2L, 1L);
    assertThat(found("?ip=::/0")).containsExactly(4L);
    assertThat(found("?ip=2001:DB8:1::/48")).containsExactly(4L);
    assertThat(found("?ip=2001:db8:1:2::7")).containsExactly(4L);
    assertThat(found("?ip=::ffff:198.51.100.7")).containsExactly(3L, 1L);
    assertThat(found("?ip=198.51.100.8")).isEmpty();
  }

  @Test
  void itIsCombinedWithEverythingElse() {
    publish(
        acme.registered(),
        from(mia, "198.51.100.7"),
        from(noah, "198.51.100.7"), // 2
        from(mia, "198.51.100.8"),
        acme.next(
            TestLedger.created(TestLedger.newKey(), "deploy"), mia, origin(mia, "198.51.100.7")));

    assertThat(found("?ip=198.51.100.7&actor=" + noah.member())).containsExactly(2L);
    assertThat(found("?ip=198.51.100.7&actor=operator")).isEmpty();
    assertThat(found("?ip=198.51.100.7&member=" + mia.member())).containsExactly(4L, 1L);
    assertThat(found("?ip=198.51.100.7&q=deploy")).containsExactly(4L);
    assertThat(found("?ip=198.51.100.7&type=key.created&order=oldest")).containsExactly(1L, 2L, 4L);
    assertThat(found("?ip=198.51.100.7&type=key.revoked")).isEmpty();
    assertThat(found("?ip=198.51.100.7&to=" + T)).isEmpty();
    assertThat(found("?ip=198.51.100.7&from=" + T)).containsExactly(4L, 2L, 1L);
    assertThat(found("?ip=198.51.100.7&request_id=other")).isEmpty();
    assertThat(found("?ip=198.51.100.7&source=activity")).isEmpty();
    assertThat(found("?ip=198.51.100.7&source=activity,ledger")).containsExactly(4L, 2L, 1L);
  }

  @Test
  void whatIsNoRangeIsRefused() {
    publish(acme.registered());

    for (String wrong :
        List.of("", "1.2.3", "1.2.3.4/33", "01.2.3.4", "::/129", "1.2.3.4-9", "*", "fe80::1%25a")) {
      var answer = service.get(OPERATOR, events("?ip=" + wrong));
      assertThat(answer.status()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void anotherOrganizationLearnsNothing() {
    var other = new Stream();
    publish(acme.registered(), from(mia, "198.51.100.7"));
    ledger.publish(
        other.registered(),
        other.next(TestLedger.created(TestLedger.newKey(), "k"), mia, origin(mia, "198.51.100.7")));
    service.awaitApplied(other);

    assertThat(found("?ip=198.51.100.7")).containsExactly(1L);
    var foreign = service.get(member(other, ALL), events("?ip=198.51.100.7"));
    assertThat(foreign.status()).isEqualTo(403);
    var own =
        service.get(
            member(other, ALL), "/v1/organizations/" + other.id + "/events?ip=198.51.100.7");
    assertThat(positions(own.items())).containsExactly(1L);
    assertThat(
            service.rows(
                "select address from event_addresses join address_people using (who) where"
                    + " person = '"
                    + mia.person().uuid()
                    + "' group by address"))
        .as("the same address of the same person in two organisations")
        .hasSize(2);
  }

  @Test
  void whatIsFoundIsWhatAFilterOverOpenedAddressesFinds() {
    var random = new Random(7);
    List<Actor> actors = IntStream.range(0, 12).mapToObj(i -> someMember()).toList();
    Map<Long, String> addresses = new TreeMap<>();
    List<LedgerEvent> events = new ArrayList<>(List.of(acme.registered()));
    for (int i = 0; i < 3_000; i++) {
      String address = someAddress(random);
      LedgerEvent event = from(actors.get(random.nextInt(actors.size())), address);
      addresses.put(event.position(), address);
      events.add(event);
    }
    ledger.publish(events);
    service.awaitApplied(acme);

    for (int i = 0; i < 40; i++) {
      String address = someAddress(random);
      int bits = address.contains(":") ? 128 : 32;
      AddressRange range = AddressRange.of(address + "/" + random.nextInt(bits + 1));
      List<Long> due =
          addresses.entrySet().stream()
              .filter(one -> range.contains(one.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      assertThat(all("?ip=" + range + "&order=oldest&limit=100")).as("%s", range).isEqualTo(due);
      assertThat(all("?ip=" + range + "&limit=100")).as("%s", range).isEqualTo(due.reversed());
    }
  }

  @Test
  void manyThatArePassedOverLeaveAPageShortAndNoneIsLost() {
    List<LedgerEvent> events = new ArrayList<>(List.of(acme.registered()));
    for (int i = 0; i < 5_000; i++) {
      events.add(from(i % 2 == 0 ? mia : noah, i % 1_000 == 999 ? "10.1.200.1" : "10.1.2.3"));
    }
    ledger.publish(events);
    service.awaitApplied(acme);

    assertThat(all("?ip=10.1.128.0/17")).containsExactly(5_000L, 4_000L, 3_000L, 2_000L, 1_000L);
    assertThat(all("?ip=10.1.128.0/17&order=oldest&actor=" + noah.member())).hasSize(5);
    assertThat(all("?ip=10.1.2.3&limit=100&actor=" + mia.member())).hasSize(2_500);
    assertThat(all("?ip=10.1.2.3&limit=100"))
        .isEqualTo(
            LongStream.rangeClosed(1, 5_000)
                .map(position -> 5_001 - position)
                .filter(position -> position % 1_000 != 0)
                .boxed()
                .toList());
  }

  @Test
  void whoWasErasedIsFoundByNoAddressAndHasNoRow() {
    var platform = new Stream();
    publish(
        acme.registered(),
        acme.next(
            new MemberAdded(
                mia.member(),
                mia.person(),
                tokens.seal(mia.person(), "m@example.com"),
                Role.OWNER,
                T)),
        from(mia, "198.51.100.7"),
        from(noah, "198.51.100.7"));
    assertThat(found("?ip=198.51.100.7")).containsExactly(3L, 2L);
    assertThat(rowsOf(mia)).isEqualTo(1);
    // Not indexed before the erasure is, and so never.
    ledger.publish(from(mia, "198.51.100.7"));
    service.awaitApplied(acme);

    ledger.publish(
        platform.registered(),
        platform.next(new PersonErased(mia.person(), T), operator, Origin.NONE));
    service.awaitApplied(platform);
    var unused = service.get(OPERATOR, "/v1/organizations/" + platform.id + "/events?ip=::1");

    assertThat(found("?ip=198.51.100.7")).doesNotContain(2L, 4L).contains(3L);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(rowsOf(mia)).isZero());
    assertThat(rowsOf(noah)).isEqualTo(1);
    tokens.erase(mia.person());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(found("?ip=0.0.0.0/0")).containsExactly(3L));
  }

  @Test
  void whileKeysCannotBeHadNothingIsLeftOutSilently() {
    publish(acme.registered(), from(mia, "198.51.100.7"));
    tokens.away(true);
    try {
      var answer = service.get(OPERATOR, events("?ip=198.51.100.7"));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("addresses_not_indexed");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
    } finally {
      tokens.away(false);
    }
    assertThat(found("?ip=198.51.100.7")).containsExactly(1L);
  }

  @Test
  void whatAnotherReplicaBeganIsGoneOnWithAndNothingIsThereTwice() {
    List<LedgerEvent> events = new ArrayList<>(List.of(acme.registered()));
    for (int i = 0; i < 4_500; i++) {
      events.add(from(i % 2 == 0 ? mia : noah, "10.0.0." + i % 250));
    }
    ledger.publish(events.subList(0, 2_300));
    Servers servers = Servers.forTests();
    Map<String, Object> settings = new HashMap<>();
    settings.put("keyledger.token-service.url", tokens.url());
    settings.put("keyledger.history.addresses.interval", "100ms");
    try (var second =
        new QueryServiceUnderTest(
            replica.database, servers.bootstrapServers(), new MovableClock(T), settings)) {
      // Both look at once; the second is gone before the rest is there.
      String first = "next_position > 0";
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> {
            assertThat(second.get(OPERATOR, events("?ip=10.0.0.1")).status()).isIn(200, 404);
            return !service.rows(progress() + " and " + first).isEmpty();
          });
    }
    ledger.publish(events.subList(2_300, events.size()));
    service.awaitApplied(acme);

    assertThat(all("?ip=10.0.0.0/24&limit=100")).hasSize(4_500);
    assertThat(service.rows(progress()).getFirst()).containsExactly("4501");
    assertThat(rowsOf(mia) + rowsOf(noah)).isEqualTo(4_500);
  }

  private String progress() {
    return "select next_position from address_progress where organization = '"
        + acme.id.uuid()
        + "'";
  }

  private long rowsOf(Actor actor) {
    return Long.parseLong(
        service
            .rows(
                "select count(*) from event_addresses join address_people using (who) where"
                    + " person = '"
                    + actor.person().uuid()
                    + "'")
            .getFirst()
            .getFirst());
  }

  private static String someAddress(Random random) {
    if (random.nextInt(3) == 0) {
      return "2001:db8:%x:%x::%x"
          .formatted(random.nextInt(2), random.nextInt(3), random.nextInt(4));
    }
    return "%d.%d.%d.%d"
        .formatted(
            10 + random.nextInt(2) * 118,
            random.nextInt(3) * 64,
            random.nextInt(2) * 200,
            random.nextInt(256));
  }

  private LedgerEvent from(Actor actor, String address) {
    return acme.next(TestLedger.created(TestLedger.newKey(), "k"), actor, origin(actor, address));
  }

  private Origin origin(Actor actor, String address) {
    return new Origin("request", tokens.seal(actor.person(), address), null);
  }

  private static Actor someMember() {
    return new Actor(
        Actor.Kind.MEMBER,
        PersonId.of(UuidCreator.getTimeOrderedEpoch()),
        MemberId.of(UuidCreator.getTimeOrderedEpoch()),
        null);
  }

  private void publish(LedgerEvent... events) {
    ledger.publish(events);
    service.awaitApplied(acme);
  }

  private String events(String query) {
    return "/v1/organizations/" + acme.id + "/events" + query;
  }

  private List<Long> found(String query) {
    var answer = service.get(OPERATOR, events(query));
    assertThat(answer.status()).as(query + answer.body()).isEqualTo(200);
    assertThat(answer.body().path("next_cursor").isNull()).isTrue();
    return positions(answer.items());
  }

  private List<Long> all(String query) {
    var seen = new ArrayList<Long>();
    String cursor = "";
    do {
      var page = service.get(OPERATOR, events(query + cursor));
      assertThat(page.status()).as(query + page.body()).isEqualTo(200);
      seen.addAll(positions(page.items()));
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());
    return seen;
  }

  private static List<Long> positions(JsonNode items) {
    var positions = new ArrayList<Long>();
    items.forEach(item -> positions.add(item.path("position").longValue()));
    return positions;
  }
}
