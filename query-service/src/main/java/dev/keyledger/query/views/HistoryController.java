package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.EventFilter.ByActor;
import dev.keyledger.query.views.EventFilter.Source;
import dev.keyledger.query.views.History.Event;
import dev.keyledger.query.views.Timeline.Item;
import dev.keyledger.query.views.Timeline.TimelinePage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final Set<String> SOURCES =
      Arrays.stream(Source.values())
          .map(HistoryController::nameOf)
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<String> ORDERS = Set.of("newest", "oldest");
  private static final int LONGEST_REQUEST_ID = 128;
  private static final Pattern STRAY_MINUS = Pattern.compile("-(?![\\p{L}\\p{N}\"])");
  private static final int LONGEST_QUESTION = 100;

  private final Reads reads;
  private final History history;
  private final Timeline timeline;
  private final AddressTimeline addresses;

  HistoryController(Reads reads, History history, Timeline timeline, AddressTimeline addresses) {
    this.reads = reads;
    this.history = history;
    this.timeline = timeline;
    this.addresses = addresses;
  }

  /**
   * Newest first, unless told. Pages stay stable while events are added: a cursor is a position,
   * and what comes later has a higher one.
   */
  @GetMapping
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<Page<Event>> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable List<String> source,
      @RequestParam(required = false) @Nullable String key,
      @RequestParam(required = false) @Nullable String member,
      @RequestParam(required = false) @Nullable String actor,
      @RequestParam(required = false) @Nullable String session,
      @RequestParam(name = "request_id", required = false) @Nullable String requestId,
      @RequestParam(required = false) @Nullable String ip,
      @RequestParam(required = false) @Nullable String q,
      @RequestParam(required = false) @Nullable String order,
      @RequestParam(required = false) @Nullable List<String> type,
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    Set<Source> sources = sources(source);
    var filter =
        new EventFilter(
            sources,
            source != null,
            key == null ? null : Parameters.id("key", key, KeyId::new),
            member == null ? null : Parameters.id("member", member, MemberId::new),
            actor == null ? null : ByActor.parse(actor),
            session == null ? null : Parameters.id("session", session, SessionId::new),
            Parameters.text("request_id", requestId, LONGEST_REQUEST_ID),
            Parameters.words("type", type, typesOf(sources)),
            Parameters.from("from", from),
            Parameters.to("to", to),
            wordsOf(Parameters.text("q", q, LONGEST_QUESTION)),
            !"oldest".equals(Parameters.word("order", order, ORDERS)),
            Parameters.behind(cursor, PageStart::parse),
            Parameters.limit(limit));
    Parameters.order(filter.from(), filter.to());
    AddressRange range = Parameters.range("ip", ip);
    ResponseEntity<TimelinePage> read =
        range == null
            ? reads.of(caller, org, atLeast, snapshot -> timeline.read(snapshot, filter))
            : addresses.of(caller, org, atLeast, filter, range);
    TimelinePage page = Objects.requireNonNull(read.getBody());
    Opened people = history.open(page.items().stream().map(Item::found).toList(), page.keys());
    return Incomplete.mark(read, people.complete())
        .body(
            Page.of(
                page.items(),
                page.behind() == null ? null : page.behind().text(),
                item -> History.shown(item.found(), filter, people)));
  }

  /** The ledger alone, unless told. */
  private static Set<Source> sources(@Nullable List<String> texts) {
    List<String> named = Parameters.words("source", texts, SOURCES);
    return named.isEmpty()
        ? Set.of(Source.LEDGER)
        : Arrays.stream(Source.values())
            .filter(one -> named.contains(nameOf(one)))
            .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> typesOf(Set<Source> sources) {
    Set<String> types = new HashSet<>();
    if (sources.contains(Source.LEDGER)) {
      types.addAll(EventTypes.all().keySet());
    }
    if (sources.contains(Source.ACTIVITY)) {
      types.addAll(ActivityTypes.all());
    }
    return types;
  }

  private static String nameOf(Source source) {
    return source.name().toLowerCase(Locale.ROOT);
  }

  // A minus means something before a word or a phrase alone; PostgreSQL keeps room for few others.
  private static @Nullable String wordsOf(@Nullable String text) {
    return text == null ? null : STRAY_MINUS.matcher(text).replaceAll(" ");
  }
}
