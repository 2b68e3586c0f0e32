package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.History.Event;
import dev.keyledger.query.views.History.EventFilter;
import dev.keyledger.query.views.History.Found;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/events", produces = "application/json")
class HistoryController {
  private final Reads reads;
  private final History history;

  HistoryController(Reads reads, History history) {
    this.reads = reads;
    this.history = history;
  }

  /**
   * Newest first. Pages stay stable while events are added: a cursor is a position, and what comes
   * later has a higher one.
   */
  @GetMapping
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<Page<Event>> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String key,
      @RequestParam(required = false) @Nullable String member,
      @RequestParam(required = false) @Nullable List<String> type,
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    var filter =
        new EventFilter(
            key == null ? null : Parameters.id("key", key, KeyId::new),
            member == null ? null : Parameters.id("member", member, MemberId::new),
            Parameters.words("type", type, EventTypes.all().keySet()),
            Parameters.from("from", from),
            Parameters.to("to", to),
            Parameters.behind(cursor, Long::valueOf),
            Parameters.limit(limit));
    Parameters.order(filter.from(), filter.to());
    ResponseEntity<List<Found>> read =
        reads.of(caller, org, atLeast, snapshot -> History.read(snapshot, filter));
    List<Found> found = read.getBody() == null ? List.of() : read.getBody();
    Opened people = history.open(found);
    return Incomplete.mark(read, people.complete())
        .body(
            Page.of(
                found,
                filter.limit(),
                f -> String.valueOf(f.event().position()),
                f -> History.shown(f, people)));
  }
}
