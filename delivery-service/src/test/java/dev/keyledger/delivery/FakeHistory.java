package dev.keyledger.delivery;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** query-service, as far as delivery-service asks it for events; it shows what a test says. */
final class FakeHistory implements AutoCloseable {
  private final StubServer server = new StubServer();
  private final Map<String, List<LedgerEvent>> shown = new ConcurrentHashMap<>();
  private final String topic;
  private volatile boolean away;
  private volatile boolean opens = true;

  FakeHistory(String bootstrapServers) {
    try (var ids = new AdminTopicIds(KafkaSettings.of(bootstrapServers)::admin)) {
      topic = String.valueOf(ids.ask(Set.of(Topics.EVENTS)).join().get(Topics.EVENTS));
    }
    server.answerByBody(this::answer);
  }

  String url() {
    return server.url();
  }

  void shows(LedgerEvent... events) {
    shows(List.of(events));
  }

  void shows(List<LedgerEvent> events) {
    events.forEach(one ->
        shown
            .computeIfAbsent(one.organization().value(), id -> new CopyOnWriteArrayList<>())
            .add(one));
  }

  /** It shows what of these it doesn't yet. */
  void catchesUp(List<LedgerEvent> all) {
    all.stream()
        .filter(one ->
            one.position() >= shown.getOrDefault(one.organization().value(), List.of()).size())
        .forEach(this::shows);
  }

  /** It shows these behind the first, in place of what it showed. */
  void replaces(OrganizationId organization, List<LedgerEvent> events) {
    List<LedgerEvent> all = shown.getOrDefault(organization.value(), List.of());
    var others = new CopyOnWriteArrayList<>(all.subList(0, 1));
    others.addAll(events);
    shown.put(organization.value(), others);
  }

  /** How often it was asked. */
  int asked() {
    return server.asked().size();
  }

  /** Whether what is personal can be opened. */
  void opens(boolean now) {
    opens = now;
  }

  void goesAway() {
    away = true;
  }

  void comesBack() {
    away = false;
  }

  private void answer(StubServer.Asked asked, HttpExchange exchange) throws IOException {
    if (away) {
      StubServer.answerJson(exchange, 503, "{}");
      return;
    }
    JsonNode question = EventCodec.mapper().readTree(asked.body());
    if (asked.uri().getPath().endsWith("/collected")) {
      StubServer.answerJson(exchange, 200, collected(question));
      return;
    }
    long after = question.path("after").asLong();
    int limit = question.path("limit").asInt();
    List<LedgerEvent> all = shown.getOrDefault(question.path("organization").asString(), List.of());
    List<LedgerEvent> wanted = all.stream().filter(one -> isWanted(one, question)).toList();
    List<LedgerEvent> behind =
        wanted.stream().filter(one -> one.position() > after).limit(limit + 1L).toList();
    var items = new ArrayList<LedgerEvent>();
    int bytes = 0;
    for (LedgerEvent one : behind) {
      bytes += EventCodec.encode(one).length;
      if (items.size() == limit || !items.isEmpty() && bytes > question.path("bytes").asInt()) {
        break;
      }
      items.add(one);
    }
    ObjectNode page = EventCodec.mapper().createObjectNode();
    ArrayNode told = page.putArray("items");
    for (LedgerEvent one : items) {
      told.addObject().put("position", one.position()).put("record", EventCodec.encode(one));
    }
    wanted.stream()
        .mapToLong(LedgerEvent::position)
        .filter(position -> position <= after)
        .max()
        .ifPresent(position -> page.put("previous", position));
    page.put("position", all.isEmpty() ? -1 : all.getLast().position());
    page.put("more", limit > 0 && items.size() < behind.size());
    page.putObject("up_to").put("topic", topic).put("offset", 0);
    StubServer.answerJson(exchange, 200, page.toString());
  }

  /** What happened beside the ledger, at positions in their order. */
  private final Map<String, List<String>> activity = new ConcurrentHashMap<>();

  void happened(OrganizationId organization, String type) {
    activity.computeIfAbsent(organization.value(), id -> new CopyOnWriteArrayList<>()).add(type);
  }

  /** The form of a line isn't delivery-service's to know. */
  private String collected(JsonNode question) {
    String organization = question.path("organization").asString();
    boolean isLedger = question.path("source").asString().equals("ledger");
    List<String> types =
        isLedger
            ? shown.getOrDefault(organization, List.of()).stream()
                .map(one -> EventTypes.nameOf(one.event()))
                .toList()
            : activity.getOrDefault(organization, List.of());
    long from = question.path("from").asLong();
    int limit = question.path("limit").asInt();
    List<String> patterns =
        question.path("patterns").valueStream().map(JsonNode::asString).toList();
    ObjectNode page = EventCodec.mapper().createObjectNode();
    ArrayNode items = page.putArray("items");
    long next = from;
    for (; next < types.size() && next < from + limit; next++) {
      String type = types.get((int) next);
      if (EventPattern.matches(patterns, type)) {
        String uid = (isLedger ? "evt_l" : "evt_a") + next;
        items
            .addObject()
            .put("position", next)
            .put("id", uid)
            .put("type", type)
            .put("at", "2026-11-28T02:03:04.005Z")
            .put("severity", 1)
            .put(
                "line",
                ("{\"metadata\":{\"uid\":\"" + uid + "\"}}").getBytes(StandardCharsets.UTF_8));
      }
    }
    page.put("next", next).put("end", types.size() - 1L).put("complete", opens);
    return page.toString();
  }

  private static boolean isWanted(LedgerEvent event, JsonNode question) {
    List<String> patterns =
        question.path("patterns").valueStream().map(JsonNode::asString).toList();
    return EventPattern.matches(patterns, EventTypes.nameOf(event.event()));
  }

  @Override
  public void close() {
    server.close();
  }
}
