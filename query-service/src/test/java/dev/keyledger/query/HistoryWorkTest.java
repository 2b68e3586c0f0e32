package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * A page looks at so many events at most, whatever is asked for together: it may be short for that,
 * and those behind it have the rest.
 */
@ExtendWith(SharedReplica.Resolver.class)
class HistoryWorkTest {
  private static final Instant T = TestLedger.START;
  private static final int EVENTS = 60_000;

  private final SharedReplica replica;
  private final QueryServiceUnderTest service;
  private final Stream acme = new Stream();
  private final KeyId key = TestLedger.newKey();
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId mia = MemberId.of(UuidCreator.getTimeOrderedEpoch());

  HistoryWorkTest(SharedReplica replica) {
    this.replica = replica;
    service = replica.service;
  }

  /**
   * Sixty thousand by two kinds of actors in turn, each with a type and a word of its own, and at
   * one position a type and a word of the other's.
   */
  @BeforeEach
  void aLongHistory() {
    var byMia = new Actor(Actor.Kind.MEMBER, person, mia, null);
    replica.ledger.publish(
        acme.registered(),
        acme.next(
            new MemberAdded(
                mia, person, replica.tokens.seal(person, "mia@example.com"), Role.OWNER, T)),
        acme.next(TestLedger.created(key, "first")),
        acme.next(new KeyRenamed(key, "first", "second", T), byMia, Origin.NONE));
    service.awaitApplied(acme);
    String events = "events_g" + service.liveGeneration();
    service.rows(
        """
        insert into %1$s (organization, position, at, type, subject, actor, record, leaf, actor_kind, words)
        select organization, n, at + n * interval '1 second', case when n %% 2 = 0 then 'key.expired' else 'key.renamed' end,
          null, case when n %% 2 = 1 then actor end,
          convert_to(jsonb_set(convert_from(record, 'UTF8')::jsonb, '{position}', to_jsonb(n))::text, 'UTF8'), leaf, case when n %% 2 = 0 then 'system' else 'member' end,
          case when n %% 2 = 0 then 'tick' when n < 20000 then 'tock old' else 'tock' end
        from %1$s, generate_series(4, %2$s) n where organization = '%3$s' and position = 3
        returning 1
        """
            .formatted(events, EVENTS - 1, acme.id.uuid()));
    service.rows(
        "update %s set type = 'key.renamed', words = 'tock old' where organization = '%s' and position = 100 returning 1"
            .formatted(events, acme.id.uuid()));
    // As a vacuum would: until then an index of words has what is new in a list.
    service.rows("select gin_clean_pending_list('events_words_g" + service.liveGeneration() + "')");
    service.rows(
        "update positions_g%s set position = %s where organization = '%s' returning 1"
            .formatted(service.liveGeneration(), EVENTS - 1, acme.id.uuid()));
  }

  // Nothing else may find views ahead of the topic.
  @AfterEach
  void forgotten() {
    service.rows(
        "update positions_g%s set position = 3 where organization = '%s' returning 1"
            .formatted(service.liveGeneration(), acme.id.uuid()));
    service.rows(
        "delete from events_g%s where organization = '%s' and position > 3 returning position"
            .formatted(service.liveGeneration(), acme.id.uuid()));
  }

  @Test
  void twoThatAreManyEachAndSeldomTogetherAreFoundOverSeveralPages() {
    assertThat(pages("?actor=system&type=key.renamed"))
        .isEqualTo(List.of(List.of(), List.of(), List.of(100L)));
    assertThat(pages("?actor=system&type=key.renamed&order=oldest"))
        .isEqualTo(List.of(List.of(100L), List.of(), List.of()));
    assertThat(pages("?actor=" + mia + "&type=key.expired"))
        .isEqualTo(List.of(List.of(), List.of(), List.of()));
    assertThat(pages("?member=" + mia + "&type=key.expired&from=" + T)).hasSize(3);
    assertThat(pages("?actor=system&q=tock").stream().flatMap(List::stream)).containsExactly(100L);
    assertThat(pages("?type=key.expired&q=tock")).hasSizeLessThan(7).allMatch(List::isEmpty);
  }

  @Test
  void whatIsFewIsFoundOnOnePageWhateverItIsAskedWith() {
    assertThat(pages("?actor=system&type=member.added,key.created"))
        .isEqualTo(List.of(List.of(2L, 1L)));
    assertThat(pages("?actor=system&q=first")).isEqualTo(List.of(List.of(2L)));
    assertThat(pages("?type=key.renamed&q=second")).isEqualTo(List.of(List.of(3L)));
    assertThat(pages("?actor=" + mia + "&q=nothing")).isEqualTo(List.of(List.of()));
    assertThat(pages("?q=nothing+or+first&order=oldest")).isEqualTo(List.of(List.of(2L, 3L)));
  }

  @Test
  void aWordIsFoundInOrderOverAllBlocksOfPositions() {
    List<Long> old =
        LongStream.range(4, 20_000)
            .filter(position -> position % 2 == 1 || position == 100)
            .boxed()
            .toList();

    assertThat(all("?q=old&limit=100&from=" + T.plusSeconds(19_000)))
        .isEqualTo(old.reversed().subList(0, 500));
    assertThat(all("?q=old&order=oldest&limit=100")).isEqualTo(old);
    assertThat(all("?q=old+-tick&actor=" + mia + "&limit=100"))
        .isEqualTo(old.reversed().stream().filter(position -> position != 100).toList());
    assertThat(pages("?q=old&to=" + T.plusSeconds(20)).getFirst())
        .containsExactly(19L, 17L, 15L, 13L, 11L, 9L, 7L, 5L);
  }

  @Test
  void whatHappenedBesideTheLedgerKeepsItsPlaceAmongPagesThatEndEarly() {
    long last = EVENTS - 1;
    service.rows("select open_activity_month('" + T + "')");
    for (long at : List.of(50L, 15_000L, 45_000L, last - 10)) {
      service.rows(
          "insert into activity (organization, at, id, type, person) values ('%s', timestamptz '%s' + %s * interval '1 second', '%s', 'session.ended', '%s') returning 1"
              .formatted(acme.id.uuid(), T, at, UuidCreator.getTimeOrderedEpoch(), person.uuid()));
    }
    String both = "?source=ledger,activity&type=key.expired,session.ended&member=" + mia;

    for (String order : List.of("", "&order=oldest")) {
      var seen = new ArrayList<String>();
      pagesOf(both + order)
          .forEach(page -> page.forEach(item -> seen.add(item.path("at").stringValue())));
      assertThat(seen)
          .hasSize(4)
          .isSortedAccordingTo(
              order.isEmpty()
                  ? Comparator.<String>reverseOrder()
                  : Comparator.<String>naturalOrder());
    }
    assertThat(pagesOf(both)).hasSizeGreaterThan(1);
  }

  private List<JsonNode> pagesOf(String query) {
    List<JsonNode> pages = new ArrayList<>();
    String cursor = "";
    do {
      var page = service.get(OPERATOR, "/v1/organizations/" + acme.id + "/events" + query + cursor);
      assertThat(page.status()).as(query + page.body()).isEqualTo(200);
      pages.add(page.items());
      JsonNode next = page.body().path("next_cursor");
      cursor = next.isNull() ? "" : "&cursor=" + next.stringValue();
    } while (!cursor.isEmpty());
    return pages;
  }

  private List<List<Long>> pages(String query) {
    return pagesOf(query).stream().map(this::positions).toList();
  }

  private List<Long> all(String query) {
    return pages(query).stream().flatMap(List::stream).toList();
  }

  private List<Long> positions(JsonNode items) {
    var positions = new ArrayList<Long>();
    items.forEach(item -> positions.add(item.path("position").longValue()));
    return positions;
  }
}
