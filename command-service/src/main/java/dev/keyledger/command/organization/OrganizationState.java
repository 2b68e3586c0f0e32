package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.AddressNotAllowed;
import dev.keyledger.command.organization.Refusal.ConnectedAccount;
import dev.keyledger.command.organization.Refusal.OrganizationSuspended;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as its events left it: the one fold, for the ledger that decides and for the
 * relay that tells others. Not safe for several threads.
 */
public final class OrganizationState {
  /** The position before the first event. */
  public static final long NOTHING = -1;

  private static final long BYTES_AT_LEAST = 8 * 1024;

  private long position;
  private @Nullable Long newestRevocation;
  private @Nullable Standing standing;
  private final Members members;
  private final KeyRing keys;
  private final CommandRate rate;
  private final Subscriptions subscriptions;

  OrganizationState(
      long position,
      @Nullable Long newestRevocation,
      @Nullable Standing standing,
      Members members,
      KeyRing keys,
      CommandRate rate,
      Subscriptions subscriptions) {
    this.position = position;
    this.newestRevocation = newestRevocation;
    this.standing = standing;
    this.members = members;
    this.keys = keys;
    this.rate = rate;
    this.subscriptions = subscriptions;
  }

  public static OrganizationState empty() {
    return new OrganizationState(
        NOTHING,
        null,
        null,
        new Members(),
        KeyRing.keepingAll(),
        new CommandRate(),
        new Subscriptions());
  }

  /** For a reader who needs no key that has ended; nothing can be decided on it. */
  public static OrganizationState emptyOfOpenKeys() {
    return new OrganizationState(
        NOTHING,
        null,
        null,
        new Members(),
        KeyRing.ofOpenKeys(),
        new CommandRate(),
        new Subscriptions());
  }

  /** For a reader who decides nothing on it: nobody's commands are counted. */
  public Runnable apply(OrganizationEvent event, long at) {
    return apply(event, at, () -> Actor.Kind.SYSTEM);
  }

  /**
   * Keys that it ends are whole until they are {@linkplain #pack packed away}.
   *
   * @param by who asked for it; not looked up unless policy bounds how often members do
   * @return takes the event back, as long as nothing was packed away since and whatever came later
   *     was taken back before
   * @throws IllegalStateException when the event is not the one after the last: a stream has no
   *     gaps
   */
  public Runnable apply(OrganizationEvent event, long at, Supplier<Actor.Kind> by) {
    if (at != position + 1) {
      throw new IllegalStateException("event " + at + " cannot follow event " + position);
    }
    Standing standingBefore = standing;
    Long revocationBefore = newestRevocation;
    Runnable back =
        switch (event) {
          case OrganizationRegistered e when standing == null -> {
            standing = Standing.of(e);
            yield keys.under(e.policy().keys());
          }
          case PolicyChanged e -> {
            standing = standing().after(e);
            yield keys.under(e.after().keys());
          }
          case StandingEvent e -> {
            standing = standing().after(e);
            yield () -> {};
          }
          case MemberEvent e -> members.apply(e);
          case KeyEvent e -> keys.apply(e);
          case PersonEvent e -> () -> {};
          case SubscriptionEvent e -> subscriptions.apply(e, at);
        };
    Runnable uncounted = rate.apply(event, by, standing());
    position = at;
    if (Revoking.revokes(event)) {
      newestRevocation = at;
    }
    return () -> {
      uncounted.run();
      back.run();
      standing = standingBefore;
      newestRevocation = revocationBefore;
      position = at - 1;
    };
  }

  /** Makes keys small that have ended; what was applied before can't be taken back any more. */
  public void pack() {
    keys.pack();
    if (standing != null) {
      rate.pack(standing.policy().commandRate());
    }
  }

  /** The events of a new organisation. */
  public static List<OrganizationEvent> decide(Register command) {
    return Standing.decide(command);
  }

  /**
   * What the command makes true, in order; empty when it already is. Nothing is changed here: only
   * {@link #apply} does that.
   *
   * @throws RefusedException with the reason
   */
  public List<OrganizationEvent> decide(OrganizationCommand command) {
    Principal principal = principalOf(command);
    List<OrganizationEvent> events = Streaming.withEnds(decided(command, principal), subscriptions);
    if (principal instanceof Principal.Person) {
      Instant at = command.context().at();
      if (command instanceof MemberCommand.CheckInvitation) {
        rate.mustAllowOne(standing(), at);
      }
      rate.mustAllow(events, standing(), at);
    }
    return events;
  }

  /**
   * The same, and what of all that is there the events would touch. Nothing is changed here either.
   *
   * @throws RefusedException as {@link #decide}
   */
  public Consequences foresee(OrganizationCommand command) {
    return Foresight.of(this, decide(command), command.context().at());
  }

  private List<OrganizationEvent> decided(OrganizationCommand command, Principal principal) {
    return switch (command) {
      case StandingCommand c -> standing().decide(c, principal, members, keys);
      case MemberCommand c -> {
        Principal.must(standing().kind() != OrganizationKind.PLATFORM);
        yield members.decide(c, principal, standing(), keys);
      }
      case KeyCommand c -> keys.decide(c, principal, standing(), members);
      case PersonCommand.ErasePerson c when standing().kind() == OrganizationKind.PLATFORM -> {
        principal.mustBeOperator();
        yield List.of(new PersonErased(c.person(), c.context().at()));
      }
      case PersonCommand.ErasePerson c -> members.decide(c, principal, standing(), keys);
      case SubscriptionCommand c -> subscriptions.decide(c, principal, id(), keys);
    };
  }

  /**
   * What is left to the caller after a command of theirs that was applied.
   *
   * @return {@code null} for whom nothing bounds
   */
  public @Nullable CommandQuota quotaAfter(OrganizationCommand command) {
    return command.context().actor().kind() == Actor.Kind.MEMBER
        ? rate.quota(standing().policy().commandRate(), command.context().at())
        : null;
  }

  /**
   * When there may be something to say next of keys' ages; {@code null} for never.
   *
   * @param said how much the look that was just taken did
   */
  public @Nullable Instant nextAge(Instant at, int said) {
    return KeyAges.next(keys, at, said).orElse(null);
  }

  /** The secret that a command of this organisation gave out: its event keeps only a verifier. */
  public SecretText secretOf(KeyCommand.Issuing command) {
    Key key =
        keys.find(command.key())
            .orElseThrow(() -> new IllegalStateException("no such key was made"));
    String prefix = KeyCreation.prefixOf(standing().policy().keys(), key.environment());
    return command.secret().mint(prefix).text();
  }

  /**
   * Whether the caller may still have a secret that an earlier command of theirs gave out.
   *
   * @throws RefusedException when not
   */
  public void mustStillIssue(IssuingCommand command) {
    switch (command) {
      case KeyCommand.Issuing c -> mustStillIssueKey(c);
      case SubscriptionCommand.Issuing c -> subscriptions.mustStillIssue(c, principalOf(c));
    }
  }

  private void mustStillIssueKey(KeyCommand.Issuing command) {
    if (standing().kind() == OrganizationKind.CONNECTED_ACCOUNT) {
      throw new ConnectedAccount().toException();
    }
    var rules = new KeyAccessRules(standing(), principalOf(command), members);
    switch (command) {
      case KeyCommand.CreateKey c -> {
        rules.mustCreate();
        MemberId unused = rules.creatorOf(c);
      }
      case KeyCommand.RotateKey c -> {
        Key unused = rules.rotated(c.key(), keys.find(c.key()));
      }
    }
  }

  private Principal principalOf(OrganizationCommand command) {
    Principal principal = Principal.of(command.context().actor(), members, standing());
    if (standing().suspended() && !mayWhileSuspended(principal, command)) {
      throw new OrganizationSuspended().toException();
    }
    if (principal instanceof Principal.Person
        && !standing().admitsPeopleFrom(command.context().address())) {
      throw new AddressNotAllowed().toException();
    }
    return principal;
  }

  /** What is suspended gains nothing; the operator may still take away. */
  private static boolean mayWhileSuspended(Principal principal, OrganizationCommand command) {
    return switch (principal) {
      case Principal.Platform p -> !(command instanceof StreamCommand);
      case Principal.Person p -> false;
      case Principal.Operator o ->
          switch (command) {
            case StandingCommand.EnableLive c -> false;
            case StandingCommand c -> true;
            case MemberCommand.CheckInvitation c -> false;
            case MemberCommand.CheckInvitationAgain c -> false;
            case MemberCommand.AddMember c -> false;
            case MemberCommand c -> true;
            case KeyCommand.Issuing c -> false;
            case KeyCommand.RollBackRotation c -> false;
            case KeyCommand c -> true;
            case PersonCommand c -> true;
            case SubscriptionCommand.Issuing c -> false;
            case StreamCommand c -> false;
            case SubscriptionCommand.ChangeSubscription c -> false;
            case SubscriptionCommand.ResumeSubscription c -> false;
            case SubscriptionCommand c -> true;
          };
    };
  }

  /** Of the last event applied; {@link #NOTHING} before any. */
  public long position() {
    return position;
  }

  /** Of the last event that revoked anything; {@code null} before any. */
  public @Nullable Long newestRevocation() {
    return newestRevocation;
  }

  /**
   * What those who follow have to have before the last decision is said to be in force; {@code
   * null} where the policy wants no such thing, or the decision ended nothing.
   *
   * @param decided empty where nothing had to change: what made it so may have been the newest
   */
  public @Nullable Long awaitedAtFollowers(List<OrganizationEvent> decided) {
    boolean ended = decided.isEmpty() || decided.stream().anyMatch(Revoking::revokes);
    return switch (standing().policy().receiptsWaitFor()) {
      case TOKEN_SERVICE -> null;
      case FOLLOWERS -> ended ? newestRevocation : null;
    };
  }

  /**
   * Who is told by subscriptions that a key has ended, of those that take it now.
   *
   * @param decided empty where nothing had to change: who was told of such an end
   */
  public List<Subscription> receiversOf(List<OrganizationEvent> decided) {
    List<String> ends =
        decided.isEmpty()
            ? List.of(EventTypes.nameOf(KeyRevoked.class), EventTypes.nameOf(KeySuspended.class))
            : decided.stream()
                .filter(event ->
                    event instanceof KeyRevoked
                        || event instanceof KeySuspended
                        || event instanceof KeyExpired)
                .map(EventTypes::nameOf)
                .distinct()
                .toList();
    return ends.isEmpty() ? List.of() : subscriptions.toldOf(ends);
  }

  /** Whether the command's caller may see who is told. */
  public boolean maySeeReceivers(OrganizationCommand command) {
    return Principal.of(command.context().actor(), members, standing())
        .may(Permissions.SUBSCRIPTIONS_READ);
  }

  /** Who is to be told of what was decided by mail, whoever sees to that; empty for nobody. */
  public List<PersonId> toTellOf(List<OrganizationEvent> decided) {
    return decided.stream()
        .map(this::toTellOf)
        .filter(whom -> !whom.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Who is to be told by mail that keys end soon, by within how many days. */
  public Map<Integer, Set<PersonId>> toWarnOf(List<OrganizationEvent> decided) {
    var people = new TreeMap<Integer, Set<PersonId>>();
    for (OrganizationEvent event : decided) {
      if (event instanceof KeyEndingSoon e) {
        people.computeIfAbsent(e.daysLeft(), days -> new LinkedHashSet<>()).addAll(toTellOf(e));
      }
    }
    return people;
  }

  private List<PersonId> toTellOf(OrganizationEvent event) {
    if (event instanceof KeyLeaked e) {
      return keys.find(e.key()).map(key -> KeysPeople.of(key, members, true)).orElse(List.of());
    }
    if (event instanceof KeyEndingSoon e) {
      return keys.find(e.key())
          .map(key ->
              KeysPeople.of(
                  key, members, key.createdBy() == null || !standing().keysActForTheirCreator()))
          .orElse(List.of());
    }
    return List.of();
  }

  /** In memory, about. */
  public long bytes() {
    return BYTES_AT_LEAST + members.bytes() + keys.bytes() + rate.bytes() + subscriptions.bytes();
  }

  public OrganizationId id() {
    return standing().id();
  }

  /**
   * @throws IllegalStateException before the first event
   */
  public Standing standing() {
    if (standing == null) {
      throw new IllegalStateException("a stream begins with the organisation's registration");
    }
    return standing;
  }

  public Members members() {
    return members;
  }

  public KeyRing keys() {
    return keys;
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /** When members made those changes that a decision may still have to count. */
  List<Long> countedTimes() {
    return rate.times();
  }
}
