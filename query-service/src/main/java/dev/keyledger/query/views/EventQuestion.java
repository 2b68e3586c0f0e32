package dev.keyledger.query.views;

import dev.keyledger.query.views.EventFilter.ByActor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a filter asks of an organisation's events, as parts that have to hold at once. An index
 * leads to what has one of them, in the order of positions.
 *
 * @param parts the one first that most likely leads to few
 * @param span in which the page looks
 * @param arguments of all parts
 */
record EventQuestion(
    Snapshot snapshot,
    EventFilter filter,
    List<Clause> parts,
    PageSpan span,
    Map<String, Object> arguments) {

  /** Of an event's row, what it is found by. */
  static final String COLUMNS =
      "position, at, type, subject, actor, actor_kind, session, request_id, words";

  /** None of it is for an index: those words of an event are taken apart. */
  private static final String WORDS =
      "words is not null and to_tsvector('simple', words) @@ websearch_to_tsquery('simple', :words)";

  /**
   * @param walks each along an index of its own; it is what any of them leads to
   */
  record Clause(List<String> walks) {
    static final Clause EVERYTHING = new Clause(List.of("true"));

    String condition() {
      return walks.stream().collect(Collectors.joining(" or ", "(", ")"));
    }
  }

  static EventQuestion of(
      Snapshot snapshot, EventFilter filter, List<String> types, PositionRange range) {
    var conditions = new Conditions();
    List<Clause> parts = new ArrayList<>();
    if (filter.requestId() != null) {
      conditions.argument("request", filter.requestId());
      parts.add(new Clause(List.of("request_id = :request")));
    }
    if (filter.session() != null) {
      conditions.argument("session", filter.session().uuid());
      parts.add(new Clause(List.of("session = :session")));
    }
    if (filter.key() != null) {
      parts.add(new Clause(KeyPower.walks(snapshot, filter.key(), conditions)));
    }
    if (filter.member() != null) {
      conditions.argument("member", filter.member().uuid());
      parts.add(new Clause(List.of("subject = :member", "actor = :member")));
    }
    switch (filter.actor()) {
      case ByActor.OneMember one -> {
        conditions.argument("actor", one.id().uuid());
        parts.add(new Clause(List.of("actor = :actor")));
      }
      case ByActor.OfKind one ->
          // By the word itself: that index is of those words alone.
          parts.add(new Clause(List.of("actor_kind = '" + one.kind() + "'")));
      case null -> {}
    }
    if (!types.isEmpty()) {
      parts.add(
          new Clause(
              IntStream.range(0, types.size())
                  .mapToObj(i -> {
                    conditions.argument("type" + i, types.get(i));
                    return "type = :type" + i;
                  })
                  .toList()));
    }
    if (filter.words() != null) {
      conditions.argument("words", filter.words());
    }
    if (filter.from() != null) {
      conditions.argument("from", filter.from());
    }
    if (filter.to() != null) {
      conditions.argument("to", filter.to());
    }
    return new EventQuestion(
        snapshot,
        filter,
        List.copyOf(parts),
        PageSpan.of(snapshot, filter, range),
        conditions.arguments());
  }

  /** Whether all of what one index leads to is what is asked for. */
  boolean isOfOnePart() {
    return parts.size() <= 1
        && filter.words() == null
        && filter.from() == null
        && filter.to() == null;
  }

  /**
   * What else has to hold of what a part led to.
   *
   * @param way {@code null} where it was words
   */
  String rest(@Nullable Clause way) {
    List<String> rest = new ArrayList<>();
    rest.add("true");
    if (filter.from() != null) {
      rest.add("at >= :from");
    }
    if (filter.to() != null) {
      rest.add("at < :to");
    }
    parts.stream().filter(part -> part != way).map(Clause::condition).forEach(rest::add);
    if (filter.words() != null && way != null) {
      rest.add(WORDS);
    }
    return String.join(" and ", rest);
  }

  /** The next positions that a part leads to, as a statement. */
  String walk(Clause way, int atMost) {
    String order = " order by position" + filter.direction() + " limit " + atMost;
    return way.walks().stream()
        .map(walk ->
            "(select position from events@ where organization = :organization and position >= :first"
                + " and position < :end and ("
                + walk
                + ")"
                + order
                + ")")
        .collect(Collectors.joining(" union ", "select position from (", ") w" + order));
  }

  JdbcClient.StatementSpec sql(String template, PageSpan within) {
    return snapshot.sql(template).params(arguments(within));
  }

  Map<String, ?> arguments(PageSpan within) {
    Map<String, Object> all = new HashMap<>(arguments);
    all.put("first", within.first());
    all.put("end", within.end());
    return all;
  }
}
