package dev.keyledger.command.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.command.organization.Organization;
import dev.keyledger.command.organization.OrganizationState;
import org.axonframework.common.lock.PessimisticLockFactory;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Organisations as of now: whatever is cached, what other replicas have committed since is read
 * before anybody decides on it. A cached organisation is taken out while it is used, and comes back
 * only if it is what is committed.
 */
final class OrganizationRepository extends EventSourcingRepository<Organization> {
  private static final int LOCK_ATTEMPTS = 10;
  private static final int LOCK_ATTEMPT_MILLIS = 1_000;
  private static final int LONGEST_QUEUE = 10_000;

  /**
   * @param snapshotAt position of the last snapshot that this replica knows of
   */
  private record Cached(Organization organization, long snapshotAt) {
    int weight() {
      return 4 + organization.state().keys().all().size();
    }
  }

  private final EventStore events;
  private final Snapshotter snapshotter;
  private final int snapshotEvery;
  private final OrganizationLock lock;
  private final Cache<String, Cached> cache;

  OrganizationRepository(
      EventStore events, Snapshotter snapshotter, OrganizationLock lock, LedgerSettings settings) {
    super(
        EventSourcingRepository.builder(Organization.class)
            .eventStore(events)
            .snapshotTriggerDefinition(
                new EventCountSnapshotTriggerDefinition(snapshotter, settings.snapshotEvery()))
            .lockFactory(
                PessimisticLockFactory.builder()
                    .acquireAttempts(LOCK_ATTEMPTS)
                    .lockAttemptTimeout(LOCK_ATTEMPT_MILLIS)
                    .queueLengthThreshold(LONGEST_QUEUE)
                    .build()));
    this.events = events;
    this.snapshotter = snapshotter;
    this.snapshotEvery = settings.snapshotEvery();
    this.lock = lock;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(settings.cachedKeys())
            .weigher((String id, Cached cached) -> cached.weight())
            .build();
  }

  @Override
  protected EventSourcedAggregate<Organization> doLoadWithLock(
      String id, @Nullable Long expectedVersion) {
    if (CurrentUnitOfWork.get().getMessage().getPayload() instanceof Request request
        && request.isContended()) {
      lock.take(id);
    }
    Cached cached = cache.asMap().remove(id);
    if (cached == null) {
      EventSourcedAggregate<Organization> loaded = super.doLoadWithLock(id, expectedVersion);
      keepWhenCommitted(id, new Cached(loaded.getAggregateRoot(), loaded.version()));
      return loaded;
    }
    EventSourcedAggregate<Organization> aggregate = broughtUpToDate(id, cached.organization());
    keepWhenCommitted(id, cached);
    return aggregate;
  }

  private EventSourcedAggregate<Organization> broughtUpToDate(String id, Organization cached) {
    long position = cached.state().position();
    EventSourcedAggregate<Organization> aggregate =
        EventSourcedAggregate.reconstruct(
            cached,
            aggregateModel(),
            position,
            false,
            events,
            NoSnapshotTriggerDefinition.INSTANCE.prepareTrigger(Organization.class));
    DomainEventStream tail = events.readEvents(id, position + 1);
    if (tail.hasNext()) {
      aggregate.initializeState(tail);
    }
    return aggregate;
  }

  /** The lock is held until all of this is over. */
  private void keepWhenCommitted(String id, Cached cached) {
    OrganizationState state = cached.organization().state();
    long committed = state.position();
    var unitOfWork = CurrentUnitOfWork.get();
    unitOfWork.afterCommit(u -> cache.put(id, snapshotIfDue(id, cached)));
    unitOfWork.onRollback(u -> {
      if (state.position() == committed) {
        cache.put(id, cached);
      }
    });
  }

  /** A snapshot costs what the organisation is large, so a large one waits for more events. */
  private Cached snapshotIfDue(String id, Cached cached) {
    long position = cached.organization().state().position();
    if (position - cached.snapshotAt() < Math.max(snapshotEvery, 2L * cached.weight())) {
      return cached;
    }
    snapshotter.scheduleSnapshot(Organization.class, id);
    return new Cached(cached.organization(), position);
  }
}
