package dev.keyledger.query.views;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which ceilings the operator replaced. An event says the policy or the allowlist before it, which
 * an owner may have tightened since the operator last set it; so the event that set the ceiling is
 * looked up, in history itself, and what is shown of events of any age is the same.
 */
final class FormerCeilings {
  // Between two of the operator's lie members' changes alone, and each page passes them once.
  private static final String SET_BEFORE =
      """
      select w.position, former.record
      from unnest(cast(:positions as bigint[])) w (position)
      cross join lateral (
        select record from events@
        where organization = :organization and type = :type and position < w.position
          and actor_kind <> 'member' and convert_from(record, 'UTF8')::jsonb #>> '{data,ceiling}' = 'true'
        order by position desc limit 1) former
      """;

  private final Map<Long, StandingEvent> formers = new HashMap<>();

  private FormerCeilings() {}

  static FormerCeilings of(Snapshot snapshot, List<LedgerEvent> shown) {
    var ceilings = new FormerCeilings();
    shown.stream()
        .filter(event -> setsCeiling(event.event()))
        .collect(Collectors.groupingBy(event -> EventTypes.nameOf(event.event())))
        .forEach((type, events) -> ceilings.find(snapshot, type, events));
    return ceilings;
  }

  private static boolean setsCeiling(Object event) {
    return event instanceof PolicyChanged policy && policy.ceiling()
        || event instanceof IpAllowlistChanged list && Boolean.TRUE.equals(list.ceiling());
  }

  private void find(Snapshot snapshot, String type, List<LedgerEvent> events) {
    snapshot
        .sql(SET_BEFORE)
        .param("positions", events.stream().map(LedgerEvent::position).toArray(Long[]::new))
        .param("type", type)
        .query(row -> {
          formers.put(row.getLong(1), event(row.getBytes(2)));
        });
    if (events.getFirst().event() instanceof PolicyChanged) {
      // The first ceiling is the policy that the organisation began with.
      StandingEvent registered =
          snapshot
              .sql("select record from events@ where organization = :organization and position = 0")
              .query((row, n) -> event(row.getBytes(1)))
              .single();
      events.forEach(event -> formers.putIfAbsent(event.position(), registered));
    }
  }

  private static StandingEvent event(byte[] record) {
    return (StandingEvent) EventCodec.decodeEvent(record).event();
  }

  /** The event that had set the ceiling which this one replaces, if it does. */
  @Nullable StandingEvent before(LedgerEvent event) {
    return formers.get(event.position());
  }
}
