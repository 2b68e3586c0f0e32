package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.Causes;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.KeyCommand;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.KeyCommand.WarnOfEnd;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.MemberCommand;
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.PersonCommand.ErasePerson;
import dev.keyledger.command.organization.StandingCommand;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.LookAtAges;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.organization.StreamCommand.ChangeStream;
import dev.keyledger.command.organization.StreamCommand.CreateStream;
import dev.keyledger.command.organization.StreamCommand.RemoveStream;
import dev.keyledger.command.organization.StreamCommand.SetStreamStatus;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.command.organization.SubscriptionCommand;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.Actor;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.EventId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MessageIdentifier;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate: the consistency boundary of everything that an organisation decides, with a
 * handler for each command. It decides nothing itself: {@link OrganizationState} does, which knows
 * of no framework. What surrounds a decision are the interceptors that {@link LedgerConfiguration}
 * puts before these handlers.
 */
@AggregateRoot(type = "Organization")
final class Organization {
  @AggregateIdentifier private @Nullable String id;

  /** The id of the event that was applied last by a decision. */
  private @Nullable String newest;

  private final OrganizationState state;

  /** Takes back what was applied since the last that was kept, the newest first. */
  private final Deque<Runnable> back = new ArrayDeque<>();

  /** For the repository, which then replays the events. */
  Organization() {
    this(OrganizationState.empty());
  }

  /** As a snapshot left it. */
  Organization(OrganizationState state) {
    this.state = state;
    this.id = state.position() == OrganizationState.NOTHING ? null : state.id().value();
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  Decided handle(Register command) {
    List<OrganizationEvent> events = OrganizationState.decide(command);
    apply(command, events);
    return decided(command, events, null, null, null);
  }

  @CommandHandler
  Decided handle(Verify command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(EnableLive command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(Suspend command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(Reinstate command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(SetPolicy command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(SetIpAllowlist command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(LookAtAges command) {
    return onStanding(command);
  }

  @CommandHandler
  Decided handle(CheckInvitation command) {
    return onMember(command);
  }

  @CommandHandler
  Decided handle(CheckInvitationAgain command) {
    return onMember(command);
  }

  @CommandHandler
  Decided handle(AddMember command) {
    return onMember(command);
  }

  @CommandHandler
  Decided handle(ChangeMemberRole command) {
    return onMember(command);
  }

  @CommandHandler
  Decided handle(RemoveMember command) {
    return onMember(command);
  }

  @CommandHandler
  Issued handle(CreateKey command) {
    return issuing(command);
  }

  @CommandHandler
  Issued handle(RotateKey command) {
    return issuing(command);
  }

  @CommandHandler
  Decided handle(CompleteRotation command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(RollBackRotation command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(UpdateKey command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(RevokeKey command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(SuspendKey command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(ReportLeak command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(ResumeKey command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(WarnOfEnd command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(ExpireKey command) {
    return onKey(command);
  }

  @CommandHandler
  Decided handle(ErasePerson command) {
    return decided(command, applied(command), null, null, null);
  }

  @CommandHandler
  Issued handle(CreateSubscription command) {
    return issuing(command);
  }

  @CommandHandler
  Issued handle(RotateSubscriptionSecret command) {
    return issuing(command);
  }

  @CommandHandler
  Decided handle(ChangeSubscription command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(PauseSubscription command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(DisableSubscription command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(ResumeSubscription command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(RemoveSubscription command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(CreateStream command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(ChangeStream command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(SetStreamStatus command) {
    return onSubscription(command);
  }

  @CommandHandler
  Decided handle(RemoveStream command) {
    return onSubscription(command);
  }

  private Decided onStanding(StandingCommand command) {
    return decided(command, applied(command), null, null, null);
  }

  private Decided onSubscription(SubscriptionCommand command) {
    List<OrganizationEvent> events = applied(command);
    return decided(
        command,
        events,
        null,
        null,
        state.subscriptions().find(command.subscription()).orElse(null));
  }

  private Decided onMember(MemberCommand command) {
    List<OrganizationEvent> events = applied(command);
    return decided(
        command, events, null, state.members().find(command.member()).orElse(null), null);
  }

  private Decided onKey(KeyCommand command) {
    List<OrganizationEvent> events = applied(command);
    return decided(command, events, state.keys().find(command.key()).orElse(null), null, null);
  }

  private Issued issuing(KeyCommand.Issuing command) {
    List<OrganizationEvent> events = applied(command);
    Key key = state.keys().find(command.key()).orElseThrow();
    return new Issued(
        state.position(),
        command.context().at(),
        key,
        null,
        state.secretOf(command),
        events,
        state.awaitedAtFollowers(events),
        state.quotaAfter(command));
  }

  private Issued issuing(SubscriptionCommand.Issuing command) {
    List<OrganizationEvent> events = applied(command);
    Subscription subscription = state.subscriptions().find(command.subscription()).orElseThrow();
    return new Issued(
        state.position(),
        command.context().at(),
        null,
        subscription,
        command.secret().text(subscription.signature()).orElse(null),
        events,
        state.awaitedAtFollowers(events),
        state.quotaAfter(command));
  }

  private List<OrganizationEvent> applied(OrganizationCommand command) {
    List<OrganizationEvent> events = state.decide(command);
    apply(command, events);
    return events;
  }

  private void apply(OrganizationCommand command, List<OrganizationEvent> events) {
    if (command.context().dryRun()) {
      throw new IllegalStateException("a dry run appends nothing");
    }
    var causes = new Causes(command);
    for (OrganizationEvent event : events) {
      Origin origin = command.context().origin().because(causes.of(event));
      AggregateLifecycle.apply(event, MetaData.with(LedgerSerializer.ORIGIN, origin));
      if (newest != null) {
        causes.applied(event, new EventId(newest), state.position());
      }
    }
  }

  private Decided decided(
      OrganizationCommand command,
      List<OrganizationEvent> events,
      @Nullable Key key,
      @Nullable Member member,
      @Nullable Subscription subscription) {
    return new Decided(
        state.position(),
        command.context().at(),
        events,
        state.standing(),
        key,
        member,
        subscription,
        command instanceof LookAtAges ? state.nextAge(command.context().at(), events.size()) : null,
        key == null ? List.of() : state.receiversOf(events),
        key != null && state.maySeeReceivers(command),
        state.toTellOf(events),
        state.toWarnOf(events),
        state.awaitedAtFollowers(events),
        state.quotaAfter(command));
  }

  @EventSourcingHandler
  void on(
      OrganizationEvent event,
      @SequenceNumber long position,
      @MessageIdentifier String message,
      @MetaDataValue(value = LedgerSerializer.ACTOR, required = true) Actor actor) {
    newest = message;
    on(event, position, actor::kind);
  }

  /**
   * @param by who asked for it, if that has to be known
   */
  void on(OrganizationEvent event, long position, Supplier<Actor.Kind> by) {
    back.push(state.apply(event, position, by));
    id = state.id().value();
  }

  /** What was applied is committed. */
  void keep() {
    back.clear();
    state.pack();
  }

  /** What was applied and not kept has not happened. */
  void takeBack() {
    while (!back.isEmpty()) {
      back.pop().run();
    }
  }

  /** To read only. */
  OrganizationState state() {
    return state;
  }
}
