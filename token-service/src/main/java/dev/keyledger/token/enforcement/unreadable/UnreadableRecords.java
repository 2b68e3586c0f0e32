package dev.keyledger.token.enforcement.unreadable;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.UnreadableConcern;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Records that this replica can't read, and what operators have acknowledged at any: PostgreSQL
 * remembers it, so every replica goes on without such a record, now and after every restart.
 */
@Component
class UnreadableRecords implements AcknowledgedRecords {
  private final AccessState state;
  private final AcknowledgementTable table;
  private final Outbox outbox;
  private final TransactionOperations transactions;
  private final Clock clock;

  UnreadableRecords(
      AccessState state,
      AcknowledgementTable table,
      Outbox outbox,
      TransactionOperations transactions,
      Clock clock) {
    this.state = state;
    this.table = table;
    this.outbox = outbox;
    this.transactions = transactions;
    this.clock = clock;
    // Before the first record is read, so that none stops anything that was done with before.
    state.acknowledge(table.places());
  }

  /** What was acknowledged at another replica. */
  @Scheduled(fixedDelayString = "PT1S")
  void hear() {
    if (state.unreadableRecords() > 0) {
      state.acknowledge(table.places());
    }
  }

  @Override
  public Set<RecordPlace> all() {
    return table.places();
  }

  List<UnreadableConcern> open() {
    return state.unreadable();
  }

  List<Acknowledgement> acknowledged() {
    return table.newest();
  }

  /**
   * Again is no harm: the first stands.
   *
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code record_not_found}, 409 {@code
   *     record_not_acknowledgeable}
   */
  Acknowledgement acknowledge(
      RecordPlace place, String reason, PersonId by, @Nullable SessionId session) {
    Optional<Acknowledgement> before = table.find(place);
    if (before.isPresent()) {
      return before.get();
    }
    UnreadableConcern concern =
        open().stream()
            .filter(one -> one.record().place().equals(place))
            .findFirst()
            .orElseThrow(() ->
                Problem.of(404, "record_not_found", "No such record is unreadable here.")
                    .toException());
    if (!concern.isAcknowledgeable()) {
      throw Problem.of(
              409,
              "record_not_acknowledgeable",
              "It may be the newest state of something of one organization, whose keys answer 503"
                  + " until a newer one comes: a command on it makes one.")
          .toException();
    }
    Acknowledgement made =
        transactions.execute(status -> record(concern.record(), reason, by, session));
    state.acknowledge(Set.of(place));
    return Objects.requireNonNull(made);
  }

  private Acknowledgement record(
      UnreadableRecord record, String reason, PersonId by, @Nullable SessionId session) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var acknowledgement =
        new Acknowledgement(
            record.place(),
            record.organization() == null ? null : record.organization().value(),
            record.key(),
            record.writtenAt(),
            record.size(),
            by,
            at,
            reason);
    if (table.insert(acknowledgement)) {
      outbox.record(
          new Happening(
              Activity.Kind.RECORD_ACKNOWLEDGED,
              null,
              by,
              session,
              record.place().shortName(),
              at));
      return acknowledgement;
    }
    return table.find(record.place()).orElseThrow();
  }
}
