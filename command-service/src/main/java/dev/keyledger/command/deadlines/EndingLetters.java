package dev.keyledger.command.deadlines;

import dev.keyledger.command.ledger.BesideEvents;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.people.UnansweredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Letters to people whose keys end soon. Who is to have one is written with the event, so that none
 * is lost, whoever dies when; one may be put twice then. Nobody gets more than one an hour of one
 * organisation and so many days, since it says no more of many keys than of one.
 */
@Component
final class EndingLetters implements BesideEvents {
  private static final Logger log = LoggerFactory.getLogger(EndingLetters.class);
  private static final int AT_ONCE = 300;
  private static final int IN_ONE_CALL = 100;
  private static final int NEVER_TAKEN = 422;
  private static final Duration ROUND = Duration.ofSeconds(3);

  private record Due(String organization, String person, int days, String slug, long position) {}

  private record Group(String organization, String slug, int days) {}

  private final JdbcClient jdbc;
  private final PeopleClient people;

  EndingLetters(JdbcClient jdbc, PeopleClient people) {
    this.jdbc = jdbc;
    this.people = people;
  }

  @Override
  public void write(OrganizationCommand command, Outcome outcome) {
    if (outcome instanceof Decided decided) {
      decided
          .toWarn()
          .forEach((days, people) -> note(command.organization().value(), decided, days, people));
    }
  }

  private void note(String organization, Decided decided, int days, Set<PersonId> people) {
    if (people.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO ending_letter AS l (organization, person, days_left, slug, position, waiting, next_at)
            SELECT :organization, person, :days, :slug, :position, true, clock_timestamp()
            FROM unnest(:people::text[]) AS told (person) ORDER BY person
            ON CONFLICT (organization, person, days_left)
            DO UPDATE SET slug = excluded.slug, position = excluded.position, waiting = true
            """)
        .param("organization", organization)
        .param("days", days)
        .param("slug", decided.standing().slug())
        .param("position", decided.position())
        .param("people", people.stream().map(PersonId::value).toArray(String[]::new))
        .update();
  }

  /**
   * Those that are due, and that no other replica is about, for a little while: the thread has
   * other things to do. Whatever isn't put by then waits a minute.
   */
  void put() {
    long until = System.nanoTime() + ROUND.toNanos();
    for (List<Due> piece : pieces(claim())) {
      if (System.nanoTime() - until >= 0 || !isAnswered(piece)) {
        return;
      }
    }
  }

  /** Each of one organisation and so many days, no more than token-service takes at once. */
  private static List<List<Due>> pieces(List<Due> due) {
    Map<Group, List<Due>> groups =
        due.stream()
            .collect(
                Collectors.groupingBy(
                    one -> new Group(one.organization(), one.slug(), one.days()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    var pieces = new ArrayList<List<Due>>();
    for (List<Due> group : groups.values()) {
      for (int from = 0; from < group.size(); from += IN_ONE_CALL) {
        pieces.add(group.subList(from, Math.min(group.size(), from + IN_ONE_CALL)));
      }
    }
    return pieces;
  }

  /** Whether the next may be put: who doesn't answer now doesn't answer that one either. */
  private boolean isAnswered(List<Due> piece) {
    Due first = piece.getFirst();
    try {
      people.tellOfEnds(
          first.slug(),
          piece.stream().map(due -> new PersonId(due.person())).toList(),
          first.days());
    } catch (UnansweredException e) {
      if (e.status() != NEVER_TAKEN) {
        log.warn("Letters of keys that end soon wait: {}", e.getMessage());
        return false;
      }
      log.error("Letters of keys that end soon are not taken: {}", e.getMessage());
    }
    piece.forEach(this::rest);
    return true;
  }

  private List<Due> claim() {
    return jdbc.sql(
            """
            WITH due AS (
              SELECT organization, person, days_left, waiting FROM ending_letter
              WHERE next_at <= clock_timestamp() ORDER BY next_at LIMIT ? FOR UPDATE SKIP LOCKED
            ), forgotten AS (
              DELETE FROM ending_letter l USING due
              WHERE NOT due.waiting AND l.organization = due.organization AND l.person = due.person
                AND l.days_left = due.days_left
            )
            UPDATE ending_letter l SET next_at = clock_timestamp() + interval '1 minute'
            FROM due
            WHERE due.waiting AND l.organization = due.organization AND l.person = due.person
              AND l.days_left = due.days_left
            RETURNING l.organization, l.person, l.days_left, l.slug, l.position
            """)
        .params(AT_ONCE)
        .query((rs, n) ->
            new Due(rs.getString(1), rs.getString(2), rs.getInt(3), rs.getString(4), rs.getLong(5)))
        .list();
  }

  /** What came to be told meanwhile waits for the next. */
  private void rest(Due put) {
    jdbc.sql(
            """
            UPDATE ending_letter
            SET waiting = position <> ?, next_at = clock_timestamp() + interval '1 hour'
            WHERE organization = ? AND person = ? AND days_left = ?
            """)
        .params(put.position(), put.organization(), put.person(), put.days())
        .update();
  }
}
