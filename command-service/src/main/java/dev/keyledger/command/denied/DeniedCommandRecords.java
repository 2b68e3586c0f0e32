package dev.keyledger.command.denied;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Denied commands as they go to {@code activity.v1}, in the organisations that they name. Where
 * none has that name they are told to nobody. Whatever was counted, PostgreSQL is asked once: while
 * it is away, each question would keep the next telling and the shutdown waiting.
 */
final class DeniedCommandRecords {
  private static final Logger log = LoggerFactory.getLogger(DeniedCommandRecords.class);

  record Told(DeniedCommand what, OrganizationId organization) {}

  private final DeniedCommands denied;
  private final Function<Set<String>, Map<String, OrganizationId>> organizations;
  private final Clock clock;

  /**
   * @param organizations by their names, of which some may have none
   */
  DeniedCommandRecords(
      DeniedCommands denied,
      Function<Set<String>, Map<String, OrganizationId>> organizations,
      Clock clock) {
    this.denied = denied;
    this.organizations = organizations;
    this.clock = clock;
  }

  List<Counted<Told>> takeInsiders() {
    return told(denied.takeInsiders());
  }

  List<Counted<Told>> takeOutsiders() {
    return told(denied.takeOutsiders());
  }

  private List<Counted<Told>> told(List<Counted<DeniedCommand>> taken) {
    Set<String> names =
        taken.stream()
            .filter(one -> !one.what().verified())
            .map(one -> one.what().organization())
            .collect(Collectors.toSet());
    Map<String, OrganizationId> named = Map.of();
    if (!names.isEmpty()) {
      try {
        named = organizations.apply(names);
      } catch (DataAccessException e) {
        taken.stream().filter(one -> !one.what().verified()).forEach(denied::lost);
        log.warn("denied commands are lost: {}", e.getClass().getSimpleName());
      }
    }
    var told = new ArrayList<Counted<Told>>();
    for (Counted<DeniedCommand> one : taken) {
      DeniedCommand what = one.what();
      OrganizationId organization =
          what.verified()
              ? new OrganizationId(what.organization())
              : named.get(what.organization());
      if (organization != null) {
        told.add(new Counted<>(new Told(what, organization), one.count(), one.last()));
      }
    }
    return told;
  }

  Stream<ProducerRecord<String, byte[]>> of(Counted<Told> counted) {
    return Stream.of(record(counted));
  }

  private ProducerRecord<String, byte[]> record(Counted<Told> counted) {
    DeniedCommand what = counted.what().what();
    OrganizationId organization = counted.what().organization();
    EventId id = EventId.of(UuidCreator.getTimeOrderedEpoch());
    var activity =
        new Activity(
            id,
            Activity.Kind.COMMAND_DENIED,
            organization,
            what.caller().person(),
            what.caller().session(),
            what.code(),
            counted.last(),
            what.caller().key(),
            counted.count(),
            what.caller().by(),
            what.targetKey(),
            what.targetMember(),
            what.operation(),
            what.permission());
    return new ProducerRecord<>(
        Topics.ACTIVITY,
        Topics.partitionOf(organization),
        organization.value(),
        EventCodec.encode(activity),
        new CloudEventHeaders(
                id.value(),
                CloudEventHeaders.TYPE_PREFIX + "activity",
                "/keyledger/command-service",
                organization.value(),
                clock.instant(),
                organization,
                null,
                null)
            .toHeaders());
  }
}
