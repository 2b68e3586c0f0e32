package dev.keyledger.command.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.command.organization.Organization;
import dev.keyledger.command.organization.OrganizationState;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
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
  private final EventStore events;
  private final SnapshotTriggerDefinition snapshots;
  private final OrganizationLock lock;
  private final Cache<String, Organization> cache;

  /**
   * @param cachedKeys keys of cached organisations at most, ended ones included: about 600 bytes
   *     each
   */
  OrganizationRepository(
      EventStore events,
      SnapshotTriggerDefinition snapshots,
      OrganizationLock lock,
      long cachedKeys) {
    super(
        EventSourcingRepository.builder(Organization.class)
            .eventStore(events)
            .snapshotTriggerDefinition(snapshots));
    this.events = events;
    this.snapshots = snapshots;
    this.lock = lock;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(cachedKeys)
            .weigher((String id, Organization o) -> 4 + o.state().keys().all().size())
            .build();
  }

  @Override
  protected EventSourcedAggregate<Organization> doLoadWithLock(
      String id, @Nullable Long expectedVersion) {
    if (CurrentUnitOfWork.get().getMessage().getPayload() instanceof Request request
        && request.isContended()) {
      lock.take(id);
    }
    Organization cached = cache.asMap().remove(id);
    EventSourcedAggregate<Organization> aggregate =
        cached == null ? super.doLoadWithLock(id, expectedVersion) : broughtUpToDate(id, cached);
    keepWhenCommitted(id, aggregate);
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
            snapshots.prepareTrigger(Organization.class));
    DomainEventStream tail = events.readEvents(id, position + 1);
    if (tail.hasNext()) {
      aggregate.initializeState(tail);
    }
    return aggregate;
  }

  /** The lock is held until all of this is over. */
  private void keepWhenCommitted(String id, EventSourcedAggregate<Organization> aggregate) {
    Organization organization = aggregate.getAggregateRoot();
    OrganizationState state = organization.state();
    long committed = state.position();
    var unitOfWork = CurrentUnitOfWork.get();
    unitOfWork.afterCommit(u -> cache.put(id, organization));
    unitOfWork.onRollback(u -> {
      if (state.position() == committed) {
        cache.put(id, organization);
      }
    });
  }
}
