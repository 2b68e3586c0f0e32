package dev.keyledger.command.ledger;

import dev.keyledger.command.ledger.OrganizationHistory.Committed;
import java.util.List;
import java.util.function.LongSupplier;
import org.axonframework.common.lock.PessimisticLockFactory;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Organisations as of now: whatever is at hand, what other replicas have committed since is read
 * before a command decides on it, unless the attempt goes by what is {@link Basis#CACHED} and no
 * other replica was seen to write. Nothing more than that tail is read in the command's
 * transaction. What a command that fails had applied is taken back.
 */
final class OrganizationRepository extends EventSourcingRepository<Organization> {
  private static final int LOCK_ATTEMPTS = 10;
  private static final int LOCK_ATTEMPT_MILLIS = 1_000;
  private static final int LONGEST_QUEUE = 10_000;

  /** Where others have written more than that, it is read anew outside of the transaction. */
  private static final int LONGEST_TAIL = 1_000;

  private final EventStore events;
  private final OrganizationsAtHand organizations;
  private final OrganizationHistory history;
  private final OrganizationLock lock;
  private final LongSupplier nanoTime;

  OrganizationRepository(
      EventStore events,
      OrganizationsAtHand organizations,
      OrganizationHistory history,
      OrganizationLock lock,
      LongSupplier nanoTime) {
    super(
        EventSourcingRepository.builder(Organization.class)
            .eventStore(events)
            .snapshotTriggerDefinition(NoSnapshotTriggerDefinition.INSTANCE)
            .lockFactory(
                PessimisticLockFactory.builder()
                    .acquireAttempts(LOCK_ATTEMPTS)
                    .lockAttemptTimeout(LOCK_ATTEMPT_MILLIS)
                    .queueLengthThreshold(LONGEST_QUEUE)
                    .build()));
    this.events = events;
    this.organizations = organizations;
    this.history = history;
    this.lock = lock;
    this.nanoTime = nanoTime;
  }

  /**
   * @throws NotAtHandException when the organisation has to be read first
   */
  @Override
  protected EventSourcedAggregate<Organization> doLoadWithLock(
      String id, @Nullable Long expectedVersion) {
    AtHand atHand = organizations.take(id);
    Basis basis = LedgerCommand.basisOf(CurrentUnitOfWork.get().getMessage());
    if (basis == Basis.LOCKED) {
      lock.take(id);
    }
    if (basis != Basis.CACHED || !atHand.isGoodToAcceptBy(nanoTime.getAsLong())) {
      bringUpToDate(id, atHand);
    }
    // A dry run has nothing to keep, and takes no snapshot.
    if (!LedgerCommand.isDryRun(CurrentUnitOfWork.get().getMessage())) {
      keepWhenCommitted(id, atHand);
    }
    return EventSourcedAggregate.reconstruct(
        atHand.organization(),
        aggregateModel(),
        atHand.state().position(),
        false,
        events,
        NoSnapshotTriggerDefinition.INSTANCE.prepareTrigger(Organization.class));
  }

  private void bringUpToDate(String id, AtHand atHand) {
    List<Committed> tail = history.from(id, atHand.state().position() + 1, LONGEST_TAIL);
    if (tail.size() == LONGEST_TAIL) {
      organizations.forget(id);
      throw new NotAtHandException();
    }
    if (!tail.isEmpty()) {
      try {
        tail.forEach(atHand::replay);
      } catch (RuntimeException | Error e) {
        organizations.forget(id);
        throw e;
      }
      atHand.organization().keep();
      atHand.sharedFrom(nanoTime.getAsLong());
    }
  }

  /** The lock is held until all of this is over. */
  private void keepWhenCommitted(String id, AtHand atHand) {
    var unitOfWork = CurrentUnitOfWork.get();
    unitOfWork.afterCommit(u -> {
      atHand.organization().keep();
      atHand.seen(nanoTime.getAsLong());
      organizations.used(id, atHand);
    });
    unitOfWork.onRollback(u -> atHand.organization().takeBack());
  }
}
