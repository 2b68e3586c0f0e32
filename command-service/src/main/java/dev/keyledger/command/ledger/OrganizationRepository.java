package dev.keyledger.command.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.command.organization.OrganizationState;
import java.time.Duration;
import java.util.function.LongSupplier;
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
 * before a command decides on it, unless the attempt goes by what is {@link Basis#CACHED} and no
 * other replica was seen to write. A cached organisation is taken out while it is used, and comes
 * back only if it is what is committed.
 */
final class OrganizationRepository extends EventSourcingRepository<Organization> {
  private static final int LOCK_ATTEMPTS = 10;
  private static final int LOCK_ATTEMPT_MILLIS = 1_000;
  private static final int LONGEST_QUEUE = 10_000;

  private static final long CACHED_NANOS = Duration.ofSeconds(1).toNanos();

  /** A lost race leaves a gap in the ledger's index behind: so at most once in this time. */
  private static final long SHARED_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * @param snapshotAt position of the last snapshot that this replica knows of
   * @param seenAt when it was what is committed
   * @param shared whether another replica wrote lately, and until when that counts
   */
  private record Cached(
      Organization organization, long snapshotAt, long seenAt, boolean shared, long sharedUntil) {
    static Cached of(Organization organization, long snapshotAt) {
      return new Cached(organization, snapshotAt, 0, false, 0);
    }

    boolean isGoodToAcceptBy(long now) {
      return now - seenAt < CACHED_NANOS && !shared;
    }

    Cached sharedFrom(long now) {
      return new Cached(organization, snapshotAt, seenAt, true, now + SHARED_NANOS);
    }

    Cached seen(long now) {
      return new Cached(
          organization, snapshotAt, now, shared && now - sharedUntil < 0, sharedUntil);
    }

    Cached snapshotted(long position) {
      return new Cached(organization, position, seenAt, shared, sharedUntil);
    }

    int weight() {
      return 4 + organization.state().keys().all().size();
    }
  }

  private final EventStore events;
  private final Snapshotter snapshotter;
  private final int snapshotEvery;
  private final OrganizationLock lock;
  private final LongSupplier nanoTime;
  private final Cache<String, Cached> cache;

  OrganizationRepository(
      EventStore events,
      Snapshotter snapshotter,
      OrganizationLock lock,
      LedgerSettings settings,
      LongSupplier nanoTime) {
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
    this.nanoTime = nanoTime;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(settings.cachedKeys())
            .weigher((String id, Cached cached) -> cached.weight())
            // Each command takes out and puts back: another thread for that costs more than it
            // does.
            .executor(Runnable::run)
            .build();
  }

  @Override
  protected EventSourcedAggregate<Organization> doLoadWithLock(
      String id, @Nullable Long expectedVersion) {
    Basis basis = basis();
    if (basis == Basis.LOCKED) {
      lock.take(id);
    }
    Cached cached = cache.asMap().remove(id);
    if (cached == null) {
      EventSourcedAggregate<Organization> loaded = super.doLoadWithLock(id, expectedVersion);
      var known = Cached.of(loaded.getAggregateRoot(), loaded.version());
      keepWhenCommitted(id, basis == Basis.LOCKED ? known.sharedFrom(nanoTime.getAsLong()) : known);
      return loaded;
    }
    EventSourcedAggregate<Organization> aggregate = aggregateOf(cached.organization());
    boolean othersWrote =
        !(basis == Basis.CACHED && cached.isGoodToAcceptBy(nanoTime.getAsLong()))
            && broughtUpToDate(id, aggregate);
    keepWhenCommitted(id, othersWrote ? cached.sharedFrom(nanoTime.getAsLong()) : cached);
    return aggregate;
  }

  private static Basis basis() {
    return LedgerCommand.basisOf(CurrentUnitOfWork.get().getMessage());
  }

  private EventSourcedAggregate<Organization> aggregateOf(Organization cached) {
    return EventSourcedAggregate.reconstruct(
        cached,
        aggregateModel(),
        cached.state().position(),
        false,
        events,
        NoSnapshotTriggerDefinition.INSTANCE.prepareTrigger(Organization.class));
  }

  /** Whether there was anything to read. */
  private boolean broughtUpToDate(String id, EventSourcedAggregate<Organization> aggregate) {
    DomainEventStream tail = events.readEvents(id, aggregate.version() + 1);
    boolean any = tail.hasNext();
    if (any) {
      aggregate.initializeState(tail);
    }
    return any;
  }

  /** The lock is held until all of this is over. */
  private void keepWhenCommitted(String id, Cached cached) {
    OrganizationState state = cached.organization().state();
    long committed = state.position();
    var unitOfWork = CurrentUnitOfWork.get();
    unitOfWork.afterCommit(
        u -> cache.put(id, snapshotIfDue(id, cached).seen(nanoTime.getAsLong())));
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
    return cached.snapshotted(position);
  }
}
