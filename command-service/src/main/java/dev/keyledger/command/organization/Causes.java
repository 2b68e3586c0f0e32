package dev.keyledger.command.organization;

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
import dev.keyledger.command.organization.MemberCommand.AddMember;
import dev.keyledger.command.organization.MemberCommand.ChangeMemberRole;
import dev.keyledger.command.organization.MemberCommand.CheckInvitation;
import dev.keyledger.command.organization.MemberCommand.CheckInvitationAgain;
import dev.keyledger.command.organization.MemberCommand.RemoveMember;
import dev.keyledger.command.organization.PersonCommand.ErasePerson;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.LookAtAges;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.id.EventId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why a command's events are there, told of one after the other as they are applied. */
public final class Causes {
  private record Answered(EventId event, long position) {}

  private static final String EXPIRY = "expiry";
  private static final String AGE = "age";
  private static final String GRACE_PERIOD_OVER = "grace_period_over";
  private static final String SUSPENSION_OVER = "suspension_over";
  private static final String KEY_LEAKED = "key_leaked";

  /** What comes due by the clock. */
  public enum Deadline {
    EXPIRY(Causes.EXPIRY),
    GRACE(GRACE_PERIOD_OVER),
    SUSPENSION(SUSPENSION_OVER);

    private final String word;

    Deadline(String word) {
      this.word = word;
    }
  }

  private final OrganizationCommand command;
  private @Nullable Answered removal;
  private @Nullable Answered goingLive;
  private @Nullable Answered leak;

  public Causes(OrganizationCommand command) {
    this.command = command;
  }

  /** Later events may be reactions to this one. */
  public void applied(OrganizationEvent event, EventId id, long position) {
    if (event instanceof MemberRemoved) {
      removal = new Answered(id, position);
    } else if (event instanceof LiveEnabled) {
      goingLive = new Answered(id, position);
    } else if (event instanceof KeyLeaked) {
      leak = new Answered(id, position);
    }
  }

  /** An erasure is asked for once, of the platform: every organisation reacts to that. */
  public EventCause of(OrganizationEvent event) {
    return switch (event) {
      case KeyExpired e ->
          e.expiresBy() == ExpiresBy.AGE ? EventCause.reaction(AGE) : byTheClock(EXPIRY);
      case KeyEndingSoon e ->
          e.expiresBy() == ExpiresBy.AGE ? EventCause.reaction(AGE) : byTheClock(EXPIRY);
      case RotationCompleted e when command instanceof LookAtAges -> EventCause.reaction(AGE);
      case RotationCompleted e when isByTheClock(e.effectiveAt(), e.at()) ->
          byTheClock(GRACE_PERIOD_OVER);
      case KeyResumed e when isByTheClock(e.effectiveAt(), e.at()) -> byTheClock(SUSPENSION_OVER);
      case KeyRevoked e ->
          switch (e.cause()) {
            case REQUESTED -> EventCause.command(nameOf(command));
            case MEMBER_REMOVED -> reaction("member_removed", removal);
            case WENT_LIVE -> reaction("live_enabled", goingLive);
            case LEAKED -> reaction(KEY_LEAKED, leak);
          };
      case KeySuspended e when command instanceof ReportLeak -> reaction(KEY_LEAKED, leak);
      case PersonErased e -> EventCause.command(nameOf(command));
      case SubscriptionPaused e when e.cause() == SubscriptionPaused.Cause.GONE ->
          EventCause.reaction("receiver_gone");
      case SubscriptionPaused e when command instanceof KeyCommand ->
          EventCause.reaction("receivers_key_suspended");
      case SubscriptionRemoved e
          when !(command instanceof RemoveSubscription
              || command instanceof StreamCommand.RemoveStream) ->
          EventCause.reaction("receivers_key_ended");
      case OrganizationEvent e when command instanceof ErasePerson ->
          EventCause.reaction("person_erased");
      case OrganizationEvent e -> EventCause.command(nameOf(command));
    };
  }

  /** Why a command is given for a deadline that an event had set. */
  public static EventCause ofDeadline(Deadline deadline, EventId setBy, long position) {
    return EventCause.reaction(deadline.word, setBy, position);
  }

  // Which event set the deadline is known to who sends the command for it; another command that
  // comes upon an end that is due doesn't know.
  private EventCause byTheClock(String name) {
    EventCause given = command.context().origin().cause();
    return given != null && given.name().equals(name) ? given : EventCause.reaction(name);
  }

  private boolean isByTheClock(Instant effectiveAt, Instant at) {
    return effectiveAt.isBefore(at) || command.context().actor().person() == null;
  }

  // A policy that gives keys to their makers ends those of members who had been removed before.
  private EventCause reaction(String name, @Nullable Answered answered) {
    return answered == null
        ? EventCause.reaction(name)
        : EventCause.reaction(name, answered.event(), answered.position());
  }

  /** The word under which a command is recorded: a class may be renamed, it may not. */
  static String nameOf(OrganizationCommand command) {
    return switch (command) {
      case Register c -> "register";
      case Verify c -> "verify";
      case EnableLive c -> "enable_live";
      case Suspend c -> "suspend";
      case Reinstate c -> "reinstate";
      case SetPolicy c -> "set_policy";
      case SetIpAllowlist c -> "set_ip_allowlist";
      case LookAtAges c -> "look_at_ages";
      case CheckInvitation c -> "check_invitation";
      case CheckInvitationAgain c -> "check_invitation_again";
      case AddMember c -> "add_member";
      case ChangeMemberRole c -> "change_member_role";
      case RemoveMember c -> "remove_member";
      case CreateKey c -> "create_key";
      case RotateKey c -> "rotate_key";
      case CompleteRotation c -> "complete_rotation";
      case RollBackRotation c -> "roll_back_rotation";
      case UpdateKey c -> "update_key";
      case RevokeKey c -> "revoke_key";
      case SuspendKey c -> "suspend_key";
      case ReportLeak c -> "report_leak";
      case ResumeKey c -> "resume_key";
      case WarnOfEnd c -> "warn_of_end";
      case ExpireKey c -> "expire_key";
      case ErasePerson c -> "erase_person";
      case CreateSubscription c -> "create_subscription";
      case ChangeSubscription c -> "change_subscription";
      case RotateSubscriptionSecret c -> "rotate_subscription_secret";
      case PauseSubscription c -> "pause_subscription";
      case DisableSubscription c -> "disable_subscription";
      case ResumeSubscription c -> "resume_subscription";
      case RemoveSubscription c -> "remove_subscription";
      case StreamCommand.CreateStream c -> "create_stream";
      case StreamCommand.ChangeStream c -> "change_stream";
      case StreamCommand.SetStreamStatus c -> "set_stream_status";
      case StreamCommand.RemoveStream c -> "remove_stream";
    };
  }
}
