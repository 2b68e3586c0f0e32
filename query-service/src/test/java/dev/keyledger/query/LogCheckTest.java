package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** History that is altered behind the platform's back is found and named, whoever did it where. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogCheckTest {
  private static final int EVENTS = 600;

  /** An organisation, what the ledger says of it, and what somebody did to it. */
  private final class Case {
    final Stream stream = new Stream();
    final List<LedgerEvent> published = new ArrayList<>();
    final List<LedgerEvent> committed = new ArrayList<>();
    final Set<String> expected = new TreeSet<>();
    long publishedTo = EVENTS - 1;
    String passedBy = "null";

    Case() {
      published.add(stream.registered());
      for (int i = 1; i < EVENTS; i++) {
        published.add(stream.next(TestLedger.created(TestLedger.newKey(), "name-" + i)));
      }
      committed.addAll(published);
      ledger.publish(published);
      cases.put(stream.id.value(), this);
    }

    /** {@code @} stands for the tables' version, {@code :o} for the organisation. */
    Case sql(String sql) {
      service.update(
          sql.replaceAll("(?<=\\w)@", "_g" + service.liveGeneration())
              .replace(":o", "'" + stream.id.uuid() + "'"));
      return this;
    }

    void isFoundAs(String... findings) {
      expected.addAll(List.of(findings));
    }
  }

  private final Map<String, Case> cases = new ConcurrentHashMap<>();
  private final Map<String, Case> sentences = new LinkedHashMap<>();
  private final StubServer command = new StubServer();
  private final FakeTokenService tokens = new FakeTokenService();
  private Servers.Broker broker;
  private String bootstrapServers = "";
  private TestLedger ledger;
  private QueryServiceUnderTest service;

  @BeforeAll
  void start() {
    Servers servers = Servers.forTests();
    // Of its own: replicas of one platform share the partitions of a topic.
    broker = servers.freshBroker();
    bootstrapServers = broker.bootstrapServers();
    ledger = new TestLedger(bootstrapServers);
    command.answerByBody((asked, exchange) ->
        StubServer.answerJson(exchange, 200, ledgerSays(asked.target(), asked.body())));
    service =
        new QueryServiceUnderTest(
            servers.freshDatabase(),
            bootstrapServers,
            new MovableClock(TestLedger.START),
            Map.of(
                "keyledger.token-service.url",
                tokens.url(),
                "keyledger.command-service.url",
                command.url(),
                "keyledger.log.check.interval",
                "1d"));
  }

  @AfterAll
  void stop() {
    service.close();
    ledger.close();
    command.close();
    broker.close();
  }

  private Case when(String sentence) {
    var one = new Case();
    sentences.put(sentence, one);
    return one;
  }

  @Test
  void whatWasAlteredIsNamedByPartAndPosition() {
    Case untouched = when("nothing was touched");
    Map<Case, Runnable> deeds = new LinkedHashMap<>();
    inTheViews(deeds);
    inTheLog(deeds);
    inTheLedgerAndTheTopic(deeds);
    sentences.values().forEach(this::awaitSigned);
    pass();
    sentences.forEach((sentence, one) -> assertThat(found(one)).as("before " + sentence).isEmpty());

    deeds.values().forEach(Runnable::run);
    awaitRead();
    pass();

    sentences.forEach(
        (sentence, one) -> assertThat(found(one)).as(sentence).containsAll(one.expected));
    assertThat(found(untouched)).isEmpty();
    assertThat(
            service.get(OPERATOR, "/v1/platform/log/check").body().path("finding_count").asLong())
        .isGreaterThan(sentences.size() - 2);
  }

  private void inTheViews(Map<Case, Runnable> deeds) {
    String record =
        "convert_to(replace(convert_from(record, 'UTF8'), 'name-300', 'name-3OO'), 'UTF8')";
    deed(
            deeds,
            "a record was changed",
            "update events@ set record = " + record + " where organization = :o and position = 300")
        .isFoundAs("views changed 300");
    deed(
            deeds,
            "an event was deleted",
            "delete from events@ where organization = :o and position = 300")
        .isFoundAs("views missing 300");
    deed(
            deeds,
            "two events were exchanged",
            "update events@ set position = case position when 300 then -301 else -300 end where organization = :o and"
                + " position in (300, 301); update events@ set position = -position where organization = :o and position < 0")
        .isFoundAs("views out_of_order 300", "views out_of_order 301");
    deed(
            deeds,
            "an event was put behind the last",
            "insert into events@ (organization, position, at, type, record, disordered) select organization, 600, at,"
                + " type, record, false from events@ where organization = :o and position = 599")
        .isFoundAs("views added 600");
    deed(
            deeds,
            "an event's type was changed beside its record",
            "update events@ set type = 'key.revoked' where organization = :o and position = 300")
        .isFoundAs("views changed 300");
    String subject = "(select subject from events@ where organization = :o and position = 300)";
    deed(
            deeds,
            "a key's row was changed",
            "update keys@ set scopes = 'clients.write' where organization = :o and key = "
                + subject)
        .isFoundAs("views changed 300");
    deed(
            deeds,
            "a key's row was deleted",
            "delete from keys@ where organization = :o and key = " + subject)
        .isFoundAs("views missing 300");
    deed(
            deeds,
            "a key's row was put in",
            "insert into keys@ (organization, key, name, environment, scopes, created_at, secret_prefix,"
                + " secret_created_at) select organization, gen_random_uuid(), name, environment, scopes, created_at,"
                + " secret_prefix, secret_created_at from keys@ where organization = :o and key = "
                + subject)
        .isFoundAs("views added null");
    deed(
            deeds,
            "an organisation was set live",
            "update organizations@ set status = 'live' where organization = :o")
        .isFoundAs("views changed null");
    deed(
            deeds,
            "a policy was changed",
            "update policies@ set policy = jsonb_set(policy::jsonb, '{dialect}', '\"other\"')::text where organization = :o")
        .isFoundAs("views changed null");
    deed(
            deeds,
            "a policy's ceiling was changed",
            "update policies@ set ceiling = jsonb_set(ceiling::jsonb, '{dialect}', '\"other\"')::text where organization ="
                + " :o")
        .isFoundAs("views changed null");
    Case cut = when("the last events were cut off, and the log with them");
    deeds.put(
        cut,
        () ->
            cut.sql("delete from events@ where organization = :o and position >= 590")
                .sql(
                    "update positions@ set position = 589, log = "
                        + hex(frontier(cut.published, 590).toBytes())
                        + " where organization = :o"));
    cut.isFoundAs("views missing 590");
  }

  private void inTheLog(Map<Case, Runnable> deeds) {
    deed(
            deeds,
            "a leaf was changed",
            "update events@ set leaf = sha256(leaf) where organization = :o and position = 300")
        .isFoundAs("log changed 300");
    deed(
            deeds,
            "a node was changed",
            "update log_nodes@ set hash = sha256(hash) where organization = :o and index = 1")
        .isFoundAs("log changed 256");
    deed(
            deeds,
            "a node was deleted",
            "delete from log_nodes@ where organization = :o and index = 1")
        .isFoundAs("log missing 256");
    deed(
            deeds,
            "a node was put in",
            "insert into log_nodes@ select organization, 1, 7, hash from log_nodes@ where organization = :o and index = 1")
        .isFoundAs("log added 599");
    deed(
            deeds,
            "the frontier was changed",
            "update positions@ set log = set_byte(log, 3, (get_byte(log, 3) + 1) % 256) where organization = :o")
        .isFoundAs("log changed 599");
    deed(
            deeds,
            "the checkpoint's root was changed",
            "update log_checkpoints set root = sha256(root) where organization = :o")
        .isFoundAs("log changed 599");
    deed(deeds, "the checkpoint was deleted", "delete from log_checkpoints where organization = :o")
        .isFoundAs("log missing 599");
    Case rewritten = when("an event was rewritten with its leaf");
    deeds.put(
        rewritten,
        () -> {
          String text = json(rewritten.published.get(300)).replace("name-300", "name-3OO");
          Hash leaf = Hash.ofLeaf(CanonicalJson.of(text.getBytes(UTF_8)));
          rewritten.sql(
              "update events@ set record = convert_to('"
                  + text
                  + "', 'UTF8'), leaf = "
                  + hex(leaf.bytes())
                  + " where organization = :o and position = 300");
        });
    rewritten.isFoundAs("views changed 300", "log changed 300");
  }

  private void inTheLedgerAndTheTopic(Map<Case, Runnable> deeds) {
    Case changed = when("the ledger's event was changed");
    deeds.put(
        changed, () -> changed.committed.set(300, renamed(changed.published.get(300), "other")));
    changed.isFoundAs("ledger changed 300");
    Case deleted = when("the ledger's event was deleted");
    deeds.put(deleted, () -> deleted.committed.set(300, null));
    deleted.isFoundAs("ledger missing 300");
    Case swapped = when("two of the ledger's events were exchanged");
    deeds.put(swapped, () -> Collections.swap(swapped.committed, 300, 301));
    swapped.isFoundAs("ledger out_of_order 300", "ledger out_of_order 301");
    Case stray = when("an event was put into the ledger behind the relay's back");
    deeds.put(stray, () -> stray.passedBy = "600");
    stray.isFoundAs("ledger added 600");
    Case ahead = when("the ledger published what the views don't have");
    deeds.put(ahead, () -> ahead.publishedTo = 604);
    ahead.isFoundAs("views missing 600");
    Case again = when("a record was sent to the topic again");
    deeds.put(again, () -> ledger.publish(again.published.get(300)));
    again.isFoundAs("topic added 300");
    Case other = when("another event was sent to the topic in an earlier one's place");
    deeds.put(other, () -> ledger.publish(renamed(other.published.get(300), "other")));
    other.isFoundAs("topic added 300", "topic changed 300");
    Case forged = when("a record without the relay's seal was sent to the topic");
    deeds.put(forged, () -> forge(forged.stream.id));
    forged.isFoundAs("topic added null");
  }

  /**
   * As every Java machine writes it in an order of its own: the next one to start found all
   * changed.
   */
  @Test
  void aPolicyThatSaysTheSameInAnotherOrderIsNoFinding() {
    Case one = when("the members of a policy were put in another order");
    awaitSigned(one);
    one.sql(
        "update policies@ set policy = policy::jsonb::text, ceiling = ceiling::jsonb::text where organization = :o");

    pass();

    assertThat(found(one)).isEmpty();
  }

  @Test
  void anEntryOfThePlatformsLogThatWasChangedIsNamedAndForgottenOnceItIsMended() {
    Case one = when("an entry of the platform's log was changed");
    awaitSigned(one);
    String of = " where organization = '" + one.stream.id.uuid() + "'";
    service.update("update platform_log set entry = entry || 'x'" + of);
    pass();
    assertThat(findings()).contains("log changed null");
    assertThat(found(one)).isNotEmpty();

    service.update("update platform_log set entry = left(entry, -1)" + of);
    pass();

    assertThat(found(one)).isEmpty();
  }

  @Test
  void nobodyButTheOperatorSeesTheCheck() {
    var stream = new Stream();
    for (String method : List.of("GET", "POST")) {
      assertThat(service.call(member(stream, ALL), method, "/v1/platform/log/check").status())
          .isEqualTo(403);
    }
  }

  private Case deed(Map<Case, Runnable> deeds, String sentence, String sql) {
    Case one = when(sentence);
    deeds.put(one, () -> one.sql(sql));
    return one;
  }

  private void awaitSigned(Case one) {
    service.awaitApplied(one.stream);
    String path = "/v1/organizations/" + one.stream.id + "/log/checkpoint?at_least=" + (EVENTS - 1);
    assertThat(service.bytes(OPERATOR, path).statusCode()).isEqualTo(200);
  }

  // What is passed over moves no position, but the offset.
  private void awaitRead() {
    Case last = when("what came last");
    service.awaitApplied(last.stream);
    sentences.remove("what came last");
    for (int i = 0; i < 40; i++) {
      ledger.publish(new Stream().registered());
    }
  }

  private void pass() {
    long asked =
        service.call(OPERATOR, "POST", "/v1/platform/log/check").body().path("pass").asLong();
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          JsonNode check = service.get(OPERATOR, "/v1/platform/log/check").body();
          return check.path("pass").path("pass").asLong() >= asked
              && check.path("pass").path("state").asString().equals("finished");
        });
    JsonNode check = service.get(OPERATOR, "/v1/platform/log/check").body();
    check
        .path("parts")
        .forEach(part -> assertThat(part.path("hindered").isNull()).as(part.toString()).isTrue());
  }

  private Set<String> found(Case one) {
    var found = new TreeSet<String>();
    service
        .rows(
            "select part, kind, position from log_check_findings where organization = '"
                + one.stream.id.uuid()
                + "'")
        .forEach(row -> found.add(String.join(" ", row)));
    return found;
  }

  private List<String> findings() {
    return service
        .rows("select part, kind, organization from log_check_findings where organization is null")
        .stream()
        .map(row -> String.join(" ", row))
        .toList();
  }

  private String ledgerSays(String path, String body) {
    JsonNode asked = EventCodec.mapper().readTree(body);
    if (path.endsWith("/organizations")) {
      return "{\"items\":["
          + String.join(
              ",",
              cases.entrySet().stream()
                  .map(one ->
                      "{\"organization\":\"%s\",\"published\":%d,\"passed_by\":%s}"
                          .formatted(
                              one.getKey(), one.getValue().publishedTo, one.getValue().passedBy))
                  .toList())
          + "],\"next\":null}";
    }
    Case one = cases.get(asked.path("organization").asString());
    var items = new ArrayList<String>();
    for (long at = asked.path("from").asLong();
        one != null && at < asked.path("to").asLong();
        at++) {
      LedgerEvent event = at < one.committed.size() ? one.committed.get((int) at) : null;
      if (event != null) {
        items.add(
            "{\"position\":%d,\"id\":\"%s\",\"leaf\":\"%s\"}"
                .formatted(at, event.id(), leaf(event).text()));
      }
    }
    return "{\"items\":[" + String.join(",", items) + "]}";
  }

  private void forge(OrganizationId organization) {
    var serializer = new ByteArraySerializer();
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", (Object) bootstrapServers), serializer, serializer)) {
      producer.send(
          new ProducerRecord<>(
              Topics.EVENTS,
              Topics.partitionOf(organization),
              organization.value().getBytes(UTF_8),
              "{}".getBytes(UTF_8)));
    }
  }

  private static LedgerEvent renamed(LedgerEvent event, String name) {
    return new LedgerEvent(
        event.organization(),
        event.position(),
        event.id(),
        event.actor(),
        event.origin(),
        TestLedger.created(TestLedger.newKey(), name));
  }

  private static String json(LedgerEvent event) {
    return new String(EventCodec.encode(event.withoutVerifiers()), UTF_8);
  }

  private static Hash leaf(LedgerEvent event) {
    return Hash.ofLeaf(CanonicalJson.of(EventCodec.encode(event.withoutVerifiers())));
  }

  private static Frontier frontier(List<LedgerEvent> events, int size) {
    Frontier log = Frontier.EMPTY;
    for (LedgerEvent event : events.subList(0, size)) {
      log = log.append(leaf(event));
    }
    return log;
  }

  private static String hex(byte[] bytes) {
    return "'\\x" + HexFormat.of().formatHex(bytes) + "'";
  }
}
