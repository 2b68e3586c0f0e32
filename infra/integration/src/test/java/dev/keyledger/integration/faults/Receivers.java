package dev.keyledger.integration.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.integration.faults.Client.Acknowledged;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.StubServer.Asked;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Webhooks of organisations while faults strike. A receiver refuses a message now and then, as
 * receivers do, and takes it when it comes again.
 */
final class Receivers implements AutoCloseable {
  /** One message of so many is refused at its first coming. */
  private static final int REFUSED = 25;

  /** Refused twice by chance of a fault, a message comes half a minute later. */
  private static final Duration TOLD_WITHIN = Duration.ofMinutes(4);

  /**
   * @param message {@code webhook-id}
   * @param previous position of the message before, or -1
   */
  private record Told(
      String organization,
      String message,
      String event,
      String type,
      String subject,
      long position,
      long previous) {}

  private final StubServer server = new StubServer();
  private final Set<String> refusedOnce = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();

  /** The positions at which the organisations subscribed. */
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  private final AtomicLong came = new AtomicLong();

  Receivers(Cluster cluster, List<Organization> organizations) {
    server.answerByBody(this::take);
    for (Organization organization : organizations) {
      var owner = UnderLoad.setUp(() -> cluster.people().join(organization, "owner"));
      Answer made =
          owner
              .api()
              .post(
                  organization.path() + "/subscriptions",
                  Map.of(
                      "kind", "webhook",
                      "name", "told whatever fails",
                      "url", server.url() + "/hook",
                      "events", List.of("key.*"),
                      "signature", "v1"));
      assertThat(made.status()).as(made.toString()).isEqualTo(201);
      since.put(organization.id(), Long.parseLong(made.header("Keyledger-Position")));
    }
  }

  private void take(Asked asked, HttpExchange exchange) throws IOException {
    String message = asked.headers().getFirst("webhook-id");
    if (came.incrementAndGet() % REFUSED == 0 && refusedOnce.add(message)) {
      StubServer.answerJson(exchange, 500, "{}");
      return;
    }
    JsonNode body = EventCodec.mapper().readTree(asked.body());
    told.add(
        new Told(
            body.path("organization").asString(),
            message,
            body.path("id").asString(),
            body.path("type").asString(),
            body.path("subject").asString(),
            body.path("position").asLong(),
            body.path("previous").asLong(-1)));
    StubServer.answerJson(exchange, 200, "{}");
  }

  /** Everything that was acknowledged behind the subscriptions has come. */
  void wereToldOf(List<Acknowledged> acknowledged) {
    await()
        .atMost(TOLD_WITHIN)
        .untilAsserted(() -> {
          Set<String> known = told.stream().map(Receivers::what).collect(Collectors.toSet());
          assertThat(
                  acknowledged.stream()
                      .filter(one -> one.position() > since.get(one.organization()))
                      .map(one ->
                          one.organization() + " dev.keyledger." + one.type() + " " + one.key())
                      .filter(one -> !known.contains(one)))
              .isEmpty();
        });
    assertThat(told).isNotEmpty();
  }

  /** However often it came, a message is of one event and an event of one message. */
  void wereToldOfEachOnce() {
    assertThat(several(Told::message, Told::event)).isEmpty();
    assertThat(several(Told::event, Told::message)).isEmpty();
  }

  /** Whoever follows the positions back finds all that came before. */
  void missNothingThatIsNamed() {
    Map<String, Set<Long>> positions =
        told.stream()
            .collect(
                Collectors.groupingBy(
                    Told::organization, Collectors.mapping(Told::position, Collectors.toSet())));
    var missing = new ArrayList<Told>();
    for (Told one : told) {
      if (one.previous() >= 0
          && !positions.getOrDefault(one.organization(), Set.of()).contains(one.previous())) {
        missing.add(one);
      }
    }
    assertThat(missing).isEmpty();
  }

  private List<String> several(Function<Told, String> one, Function<Told, String> other) {
    Map<String, Set<String>> all =
        told.stream()
            .collect(Collectors.groupingBy(one, Collectors.mapping(other, Collectors.toSet())));
    return all.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(Object::toString)
        .toList();
  }

  private static String what(Told one) {
    return one.organization() + " " + one.type() + " " + one.subject();
  }

  /** How many messages came, the same ones that came again among them. */
  int count() {
    return told.size();
  }

  @Override
  public void close() {
    server.close();
  }
}
