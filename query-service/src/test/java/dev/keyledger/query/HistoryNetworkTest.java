package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.feed.Activity.Network;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What a key was refused, or first used for, is asked for by where that came from. */
@ExtendWith(SharedReplica.Resolver.class)
class HistoryNetworkTest {
  private static final Instant T = TestLedger.START;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NETWORK = "198.51.100.0/24";

  private final TestLedger ledger;
  private final FakeTokenService tokens;
  private final QueryServiceUnderTest service;
  private final Stream acme = new Stream();
  private final PersonId ann = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final Actor annAtAcme =
      new Actor(Actor.Kind.MEMBER, ann, MemberId.of(UuidCreator.getTimeOrderedEpoch()), null);
  private final KeyId key = TestLedger.newKey();
  private int stored;

  HistoryNetworkTest(SharedReplica replica) {
    ledger = replica.ledger;
    tokens = replica.tokens;
    service = replica.service;
  }

  @BeforeEach
  void anOrganization() {
    ledger.publish(acme.registered());
    service.awaitApplied(acme);
  }

  @Test
  void anAddressOrARangeFindsWhatWasRefusedOrFirstSeenInItsNetworkAndNoOther() {
    String refused = happened(refused(key, inClear(NETWORK), 1));
    String seen = happened(seen(key, sealed(ann, NETWORK), 2));
    String six = happened(seen(key, sealed(ann, "2001:db8:1::/48"), 3));
    String sixInClear = happened(refused(key, inClear("2001:db8:2::/48"), 4));
    happened(refused(key, null, 5));
    // Nobody can open it, and it is looked at once.
    happened(refused(key, new Network(null, new SealedText(ann, "bm90aGluZw")), 6));

    // First as rows that aren't hashed yet, then along the hashes.
    for (int i = 0; i < 2; i++) {
      for (String in :
          List.of("198.51.100.7", NETWORK, "198.51.100.128/25", "198.51.0.0/16", "198.0.0.0/8")) {
        assertThat(found(in)).as(in).containsExactly(seen, refused);
      }
      assertThat(found("198.51.100.7/32&order=oldest")).containsExactly(refused, seen);
      assertThat(found("192.0.0.0/4")).containsExactly(seen, refused);
      assertThat(found("0.0.0.0/0")).containsExactly(seen, refused);
      assertThat(found("::ffff:198.51.100.7")).containsExactly(seen, refused);
      for (String in : List.of("2001:db8:1:2::7", "2001:db8:1::/48", "2001:db8:1:2::/64")) {
        assertThat(found(in)).as(in).containsExactly(six);
      }
      assertThat(found("2001:db8::/32")).containsExactly(sixInClear, six);
      assertThat(found("::/0")).containsExactly(sixInClear, six);
      for (String other :
          List.of("198.51.101.7", "198.52.0.0/16", "203.0.113.9", "10.0.0.0/8", "2001:db8:3::1")) {
        assertThat(found(other)).as(other).isEmpty();
      }
    }
    assertThat(unhashed()).isZero();
  }

  @Test
  void itIsCombinedWithEverythingElse() {
    KeyId other = TestLedger.newKey();
    String refused = happened(refused(key, inClear(NETWORK), 1));
    String seen = happened(seen(key, inClear(NETWORK), 2));
    String others = happened(refused(other, inClear(NETWORK), 3));
    happened(refused(key, inClear("203.0.113.0/24"), 4));
    String ip = "198.51.100.7";

    assertThat(found(ip + "&key=" + key)).containsExactly(seen, refused);
    assertThat(found(ip + "&type=key.denied")).containsExactly(others, refused);
    assertThat(found(ip + "&key=" + key + "&type=key.denied")).containsExactly(refused);
    assertThat(found(ip + "&type=key.denied,key.first_seen&order=oldest"))
        .containsExactly(refused, seen, others);
    assertThat(found(ip + "&type=sign_in.failed")).isEmpty();
    assertThat(found(ip + "&from=" + T.plusSeconds(2))).containsExactly(others, seen);
    assertThat(found(ip + "&to=" + T.plusSeconds(2))).containsExactly(refused);
    assertThat(found(ip + "&member=" + annAtAcme.member())).isEmpty();
    assertThat(found(ip + "&actor=operator")).isEmpty();
    assertThat(found(ip + "&q=refused")).isEmpty();
    assertThat(found(ip + "&request_id=other")).isEmpty();
    assertThat(ids(service.get(OPERATOR, "/v1/organizations/" + acme.id + "/events?ip=" + ip)))
        .as("the ledger alone, unless told")
        .isEmpty();
  }

  @Test
  void bothSourcesAreOneListInTheOrderOfThePlainOneOnEveryPageEachWay() {
    for (int i = 1; i <= 9; i++) {
      String network = i % 3 == 0 ? "203.0.113.0/24" : NETWORK;
      happened(refused(key, i % 2 == 0 ? sealed(ann, network) : inClear(network), i));
      ledger.publish(created(i, i % 3 == 1 ? "203.0.113.7" : "198.51.100.7"));
    }
    service.awaitApplied(acme);

    for (String order : List.of("newest", "oldest")) {
      String both = "?source=ledger,activity&order=" + order;
      List<String> plain = new ArrayList<>();
      for (JsonNode item : items(both + "&limit=100")) {
        boolean isIn =
            item.path("network").asString("").equals(NETWORK)
                || item.at("/origin/address").asString("").equals("198.51.100.7");
        if (isIn) {
          plain.add(item.path("id").stringValue());
        }
      }
      assertThat(plain).hasSize(12);
      for (int limit : List.of(1, 5, 7, 12)) {
        assertThat(all(both + "&ip=" + NETWORK + "&limit=" + limit))
            .as("%s, %d a page", order, limit)
            .isEqualTo(plain);
      }
    }
  }

  @Test
  void whatIsSealedGoesWithAnErasureOfItsPersonAndNothingElseDoes() {
    var noah = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    String refused = happened(refused(key, inClear(NETWORK), 1));
    String annas = happened(seen(key, sealed(ann, NETWORK), 2));
    String noahs = happened(seen(key, sealed(noah, NETWORK), 3));
    assertThat(found("198.51.100.7")).containsExactly(noahs, annas, refused);
    assertThat(hashedOf(ann)).isEqualTo(1);
    // Not hashed before the erasure, and so never.
    happened(seen(key, sealed(ann, NETWORK), 4));
    var platform = new Stream();
    ledger.publish(
        platform.registered(),
        platform.next(
            new PersonErased(ann, T),
            new Actor(Actor.Kind.OPERATOR, noah, null, null),
            Origin.NONE));
    service.awaitApplied(platform);
    var unused = service.get(OPERATOR, "/v1/organizations/" + platform.id + "/events?ip=::1");

    // Its key is still given out.
    for (String ip : List.of("198.51.100.7", "0.0.0.0/0")) {
      assertThat(found(ip)).containsExactly(noahs, refused);
    }
    assertThat(hashedOf(ann)).isZero();
    assertThat(hashedOf(noah)).isEqualTo(1);
    assertThat(service.rows("select 1 from activity_people where person = '" + ann.uuid() + "'"))
        .isEmpty();
  }

  @Test
  void anotherOrganizationLearnsNothing() {
    var other = new Stream();
    ledger.publish(other.registered());
    service.awaitApplied(other);
    happened(refused(key, inClear(NETWORK), 1));
    happened(seen(key, sealed(ann, NETWORK), 2));
    assertThat(found("198.51.100.7")).hasSize(2);
    String own = "/v1/organizations/" + other.id + "/events?source=activity&ip=";

    for (String ip : List.of("198.51.100.7", "0.0.0.0/0")) {
      assertThat(ids(service.get(member(other, ALL), own + ip))).isEmpty();
      assertThat(service.get(member(other, ALL), events("?source=activity&ip=" + ip)).status())
          .isEqualTo(403);
    }
  }

  @Test
  void withoutDataKeysWhatIsInClearIsFoundAndNothingSealedIsLeftOutSilently() {
    String refused = happened(refused(key, inClear(NETWORK), 1));
    tokens.away(true);
    try {
      assertThat(found("198.51.100.7")).containsExactly(refused);
      happened(seen(key, sealed(ann, NETWORK), 2));

      var answer = service.get(OPERATOR, events("?source=activity&ip=198.51.100.7"));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("addresses_not_indexed");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
    } finally {
      tokens.away(false);
    }
    assertThat(found("198.51.100.7")).hasSize(2);
  }

  @Test
  void whatIsFoundIsWhatAFilterOverEverythingFindsHoweverManyThereAre() {
    var random = new Random(11);
    List<PersonId> people =
        IntStream.range(0, 6)
            .mapToObj(i -> PersonId.of(UuidCreator.getTimeOrderedEpoch()))
            .toList();
    List<String> networks = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    var rows = new ArrayList<String>();
    for (int i = 0; i < 1_500; i++) {
      String network =
          random.nextInt(3) == 0
              ? "2001:db8:%x::/48".formatted(random.nextInt(3))
              : "%d.%d.%d.0/24"
                  .formatted(10 + random.nextInt(2) * 90, random.nextInt(2), random.nextInt(3) * 9);
      PersonId person = random.nextBoolean() ? people.get(random.nextInt(people.size())) : null;
      UUID id = UuidCreator.getTimeOrderedEpoch();
      networks.add(network);
      ids.add(id);
      // Several of one instant, and of several months.
      rows.add(
          "('%s', '%s', '%s', 'key.denied', '%s', 'expired', '%s', %s)"
              .formatted(
                  acme.id.uuid(),
                  T.minus(Duration.ofMinutes(90L * (1_500 - i / 3 * 3))),
                  id,
                  key.uuid(),
                  person == null ? network : tokens.seal(person, network).ciphertext(),
                  person == null ? "null" : "'" + person.uuid() + "'"));
    }
    insert(rows);

    for (String ip : List.of("10.0.9.200", "100.1.0.0/16", "10.0.0.0/7", "2001:db8:1::/60")) {
      AddressRange range = AddressRange.of(ip);
      List<String> due = new ArrayList<>();
      for (int i = 0; i < ids.size(); i++) {
        AddressRange network = AddressRange.of(networks.get(i));
        if (range.containsAll(network) || network.containsAll(range)) {
          due.add(EventId.of(ids.get(i)).value());
        }
      }
      String query = "?source=ledger,activity&limit=100&ip=" + ip;
      assertThat(due).hasSizeGreaterThan(50);
      assertThat(all(query + "&order=oldest")).as(ip).isEqualTo(due);
      assertThat(all(query + "&key=" + key)).as(ip).isEqualTo(due.reversed());
    }
    assertThat(unhashed()).isZero();
  }

  @Test
  void manyThatArePassedOverLeaveAPageShortAndNoneIsLost() {
    List<String> rows = new ArrayList<>();
    List<String> due = new ArrayList<>();
    KeyId rare = TestLedger.newKey();
    for (int i = 0; i < 2_600; i++) {
      UUID id = UuidCreator.getTimeOrderedEpoch();
      if (i % 500 == 250) {
        due.add(EventId.of(id).value());
      }
      rows.add(
          "('%s', '%s', '%s', '%s', '%s', 'expired', '%s', null)"
              .formatted(
                  acme.id.uuid(),
                  T.plusSeconds(i),
                  id,
                  i % 500 == 250 ? "key.first_seen" : "key.denied",
                  i % 500 == 250 ? rare.uuid() : key.uuid(),
                  NETWORK));
    }
    insert(rows);
    var noah =
        new Actor(
            Actor.Kind.MEMBER,
            PersonId.of(UuidCreator.getTimeOrderedEpoch()),
            MemberId.of(UuidCreator.getTimeOrderedEpoch()),
            null);
    ledger.publish(created(noah, 1, "198.51.100.7"));
    // Of both more than a page opens, many of the same instant.
    ledger.publish(
        IntStream.rangeClosed(1, 600).mapToObj(i -> created(4 * i, "198.51.100.7")).toList());
    service.awaitApplied(acme);

    assertThat(found("198.51.100.7&order=oldest&type=key.first_seen")).isEqualTo(due);
    assertThat(found("198.51.100.7&key=" + rare)).isEqualTo(due.reversed());
    var noahs =
        service.get(
            OPERATOR, events("?source=ledger,activity&ip=198.51.100.7&member=" + noah.member()));
    assertThat(ids(noahs)).as("activity holds none of a member's, and nothing back").hasSize(1);
    assertThat(noahs.body().path("next_cursor").isNull()).isTrue();
    assertThat(all("?source=activity&ip=198.51.100.7&order=oldest&key=" + rare)).isEqualTo(due);
    assertThat(all("?source=activity&ip=0.0.0.0/0&key=" + rare)).isEqualTo(due.reversed());
    assertThat(all("?source=activity&ip=198.51.100.7&limit=100")).hasSize(2_600);
    for (String order : List.of("newest", "oldest")) {
      assertThat(all("?source=ledger,activity&limit=100&ip=198.51.100.7&order=" + order))
          .isEqualTo(
              all(
                  "?source=ledger,activity&limit=100&order="
                      + order
                      + "&type=key.denied,key.first_seen,key.created"));
    }
  }

  /** As a release before stores them, and all that comes of it by itself. */
  private void insert(List<String> rows) {
    service.rows(
        "select open_activity_month(timestamptz '%s' - make_interval(days => d)) from generate_series(0, 120, 20) d"
            .formatted(T));
    for (int from = 0; from < rows.size(); from += 1_000) {
      service.rows(
          "insert into activity (organization, at, id, type, key, code, network, network_person) values "
              + String.join(",", rows.subList(from, Math.min(rows.size(), from + 1_000)))
              + " returning 1");
    }
  }

  private Activity refused(KeyId of, @Nullable Network network, int second) {
    return activity(Kind.KEY_DENIED, "expired", of, 3L, network, second);
  }

  private Activity seen(KeyId of, @Nullable Network network, int second) {
    return activity(Kind.KEY_FIRST_SEEN, "ipv4_network", of, null, network, second);
  }

  private Activity activity(
      Kind kind,
      String code,
      KeyId of,
      @Nullable Long count,
      @Nullable Network network,
      int second) {
    return new Activity(
        EventId.of(UuidCreator.getTimeOrderedEpoch()),
        kind,
        acme.id,
        null,
        null,
        code,
        T.plusSeconds(second),
        of,
        count,
        network);
  }

  private static Network inClear(String network) {
    return new Network(network, null);
  }

  private Network sealed(PersonId person, String network) {
    return new Network(null, tokens.seal(person, network));
  }

  private LedgerEvent created(int second, String address) {
    return created(annAtAcme, second, address);
  }

  private LedgerEvent created(Actor by, int second, String address) {
    return acme.next(
        new KeyCreated(
            TestLedger.newKey(),
            "k",
            "live",
            List.of("clients.read"),
            null,
            TestLedger.secret("kl_live_aaaaaaa"),
            null,
            T.plusSeconds(second)),
        by,
        new Origin("request", tokens.seal(by.person(), address), null));
  }

  /** Until it is stored. */
  private String happened(Activity activity) {
    ledger.publish(activity);
    stored++;
    await()
        .atMost(PATIENCE)
        .until(() ->
            service
                    .rows("select 1 from activity where organization = '" + acme.id.uuid() + "'")
                    .size()
                == stored);
    return activity.id().value();
  }

  private long unhashed() {
    return count(
        "network is not null and network_hashed is null and organization = '"
            + acme.id.uuid()
            + "'");
  }

  private long hashedOf(PersonId person) {
    return count("network_hash_1 is not null and network_person = '" + person.uuid() + "'");
  }

  private long count(String condition) {
    return Long.parseLong(
        service.rows("select count(*) from activity where " + condition).getFirst().getFirst());
  }

  private String events(String query) {
    return "/v1/organizations/" + acme.id + "/events" + query;
  }

  private List<String> found(String ip) {
    var answer = service.get(OPERATOR, events("?source=activity&ip=" + ip));
    assertThat(answer.body().path("next_cursor").isNull()).isTrue();
    return ids(answer);
  }

  private JsonNode items(String query) {
    var answer = service.get(OPERATOR, events(query));
    assertThat(answer.status()).as(query + answer.body()).isEqualTo(200);
    return answer.items();
  }

  private static List<String> ids(QueryServiceUnderTest.Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return SharedReplica.ids(answer.items());
  }

  private List<String> all(String query) {
    var seen = new ArrayList<String>();
    String cursor = "";
    do {
      var page = service.get(OPERATOR, events(query + cursor));
      seen.addAll(ids(page));
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());
    return seen;
  }
}
