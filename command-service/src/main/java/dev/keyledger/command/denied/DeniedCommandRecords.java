package dev.keyledger.command.denied;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.ledger.Slugs;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.time.Clock;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** A denied command as it goes to {@code activity.v1}, in the organisation that it names. */
@Component
final class DeniedCommandRecords {
  private static final Logger log = LoggerFactory.getLogger(DeniedCommandRecords.class);

  private final DeniedCommands denied;
  private final Slugs organizations;
  private final Clock clock;

  DeniedCommandRecords(DeniedCommands denied, Slugs organizations, Clock clock) {
    this.denied = denied;
    this.organizations = organizations;
    this.clock = clock;
  }

  /** None where no organisation has that name. */
  Stream<ProducerRecord<String, byte[]>> of(Counted<DeniedCommand> counted) {
    try {
      return organizations.named(counted.what().organization()).stream()
          .map(organization -> record(counted, organization));
    } catch (DataAccessException e) {
      denied.lost(counted);
      log.warn("a denied command is lost: {}", e.getClass().getSimpleName());
      return Stream.empty();
    }
  }

  private ProducerRecord<String, byte[]> record(
      Counted<DeniedCommand> counted, OrganizationId organization) {
    DeniedCommand what = counted.what();
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
