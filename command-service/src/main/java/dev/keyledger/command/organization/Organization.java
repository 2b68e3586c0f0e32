package dev.keyledger.command.organization;

import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate: the consistency boundary of everything that an organisation decides. It only hands
 * on, to {@link OrganizationState}, which decides without knowing of any framework.
 */
public final class Organization {
  @AggregateIdentifier private @Nullable String id;
  private final OrganizationState state;

  /** For the repository, which then replays the events. */
  public Organization() {
    this(OrganizationState.empty());
  }

  /** As a snapshot left it. */
  public Organization(OrganizationState state) {
    this.state = state;
    this.id = state.position() == OrganizationState.NOTHING ? null : state.id().value();
  }

  /**
   * @param beginning the events that {@link OrganizationState#decide(Register)} decided on
   */
  public static Organization born(List<OrganizationEvent> beginning) {
    var organization = new Organization();
    beginning.forEach(AggregateLifecycle::apply);
    return organization;
  }

  /**
   * @return the events that it became, already applied
   * @throws RefusedException with nothing applied
   */
  public List<OrganizationEvent> handle(OrganizationCommand command) {
    List<OrganizationEvent> events = state.decide(command);
    events.forEach(AggregateLifecycle::apply);
    return events;
  }

  @EventSourcingHandler
  void on(OrganizationEvent event, @SequenceNumber long position) {
    state.apply(event, position);
    id = state.id().value();
  }

  /** To read only. */
  public OrganizationState state() {
    return state;
  }

  public OrganizationId organizationId() {
    return state.id();
  }
}
