package dev.keyledger.command.relay;

import dev.keyledger.client.spring.Requires;
import dev.keyledger.kit.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the operator sees of the relay, and does about it. */
@RestController
@RequestMapping(path = "/v1/platform/relay", produces = "application/json")
class RelayController {
  /**
   * @param status of this replica: {@code standby}, {@code leading} or {@code stopped}
   * @param reason why it stopped; {@code null} while it has not
   * @param lagEvents committed events that are not known to be published, at most
   * @param lagSeconds for how long the topics have been behind the ledger
   * @param openGaps indexes of the ledger that a transaction may still commit, at most
   * @param held organisations of which nothing is published any more
   * @param filling topics that Kafka had lost, or that were made anew, and that are filled from the
   *     ledger; {@code null} while there are none
   */
  record State(
      String status,
      @Nullable String reason,
      long lagEvents,
      double lagSeconds,
      int openGaps,
      List<Held> held,
      @Nullable Filling filling) {}

  /**
   * @param topics by name
   * @param index of the ledger that has been reached
   * @param goal the index up to which was published before
   */
  record Filling(List<String> topics, long index, long goal) {}

  /**
   * @param position the first that was not published
   * @param reason in words without any content of the event
   */
  record Held(String organization, long position, String reason, Instant since) {}

  private final Relay relay;
  private final RelayLag lag;
  private final PublishedTokens tokens;
  private final JdbcClient jdbc;

  RelayController(Relay relay, RelayLag lag, PublishedTokens tokens, RelayConnections connections) {
    this.relay = relay;
    this.lag = lag;
    this.tokens = tokens;
    this.jdbc = JdbcClient.create(connections.pooled());
  }

  /** How the relay does, as the replica that answers sees it. */
  @GetMapping
  @Requires(Requires.OPERATOR)
  State state() {
    RelayToken newest = tokens.newest();
    return new State(
        relay.phase().name().toLowerCase(Locale.ROOT),
        relay.reason(),
        lag.events(),
        lag.seconds(),
        newest.gaps().size(),
        newest.unpublishable().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one ->
                new Held(
                    one.getKey(),
                    one.getValue().position(),
                    one.getValue().reason(),
                    one.getValue().since()))
            .toList(),
        filling(newest));
  }

  private static @Nullable Filling filling(RelayToken newest) {
    RelayToken.Filling filling = newest.filling();
    if (filling == null) {
      return null;
    }
    List<String> topics =
        RelayTopics.NAMES.stream().filter(name -> !filling.ahead().containsKey(name)).toList();
    return new Filling(topics, newest.index(), filling.goal());
  }

  /**
   * Has the leader, wherever it is, try all held organisations again, once what stopped them was
   * mended. It does so by itself once a minute.
   */
  @PostMapping("/retry")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Requires(Requires.OPERATOR)
  void retry() {
    ask(RelayWatch.RETRY);
  }

  /**
   * Has the leader, wherever it is, delete a topic, make it anew and fill it from the ledger: the
   * way back to a whole topic, whatever has become of it. Consumers begin it anew by themselves;
   * {@code filling} shows how far it is.
   *
   * @param topic {@code keyledger.events.v1}, {@code keyledger.access.v1} or {@code
   *     keyledger.revocations.v1}; any other is 404 {@code topic_not_found}
   */
  @PostMapping("/topics/{topic}/renew")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Requires(Requires.OPERATOR)
  void renew(@PathVariable String topic) {
    if (!RelayTopics.NAMES.contains(topic)) {
      throw Problem.of(404, "topic_not_found", "The relay writes no such topic.").toException();
    }
    ask(RelayWatch.RENEW + topic);
  }

  private void ask(String what) {
    jdbc.sql("SELECT pg_notify(?, ?)")
        .param(RelayWatch.CHANNEL)
        .param(what)
        .query((row, number) -> row)
        .list();
  }
}
