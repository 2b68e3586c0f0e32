package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.keyledger.command.organization.StandingCommand.EnableLive;
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
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.Actor;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.KeyRules.Expiry;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Policy.EnvironmentChoice;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may do what, as tables that stand beside this test and are read by people: each command, by
 * each caller there is, at each standing of the organisation; and by a caller who holds one
 * permission alone. In a table, {@code yes} stands for events, {@code -} for a command that makes
 * nothing true that isn't, and anything else is the code of the refusal.
 */
class PermissionMatrixTest {
  private static final Duration GRACE = Duration.ofHours(1);

  enum Stage {
    ONBOARDING,
    VERIFIED,
    SUSPENDED
  }

  /** A command of a caller's, with what it is about. */
  private record Row(String name, BiFunction<Scene, Actor, OrganizationCommand> command) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("Register", (s, by) -> s.registration(by)),
          new Row("Verify", (s, by) -> new Verify(ORGANIZATION, s.by(by))),
          new Row("EnableLive", (s, by) -> new EnableLive(ORGANIZATION, s.by(by))),
          new Row("Suspend", (s, by) -> new Suspend(ORGANIZATION, s.by(by), "reason")),
          new Row("Reinstate", (s, by) -> new Reinstate(ORGANIZATION, s.by(by))),
          new Row("SetPolicy", (s, by) -> new SetPolicy(ORGANIZATION, s.by(by), s.tighter, true)),
          new Row(
              "SetIpAllowlist",
              (s, by) ->
                  new SetIpAllowlist(
                      ORGANIZATION, s.by(by), List.of("192.0.2.0/24"), List.of(), true)),
          new Row("LookAtAges", (s, by) -> new StandingCommand.LookAtAges(ORGANIZATION, s.by(by))),
          new Row(
              "CheckInvitation",
              (s, by) -> new CheckInvitation(ORGANIZATION, s.by(by), s.freshMember, Role.EMPLOYEE)),
          new Row(
              "CheckInvitationAgain: an employee",
              (s, by) -> new CheckInvitationAgain(ORGANIZATION, s.by(by), s.idOf(Role.EMPLOYEE))),
          new Row(
              "CheckInvitationAgain: an owner",
              (s, by) -> new CheckInvitationAgain(ORGANIZATION, s.by(by), s.idOf(Role.OWNER))),
          new Row("AddMember: an employee", (s, by) -> s.adding(by, Role.EMPLOYEE)),
          new Row("AddMember: an owner", (s, by) -> s.adding(by, Role.OWNER)),
          new Row(
              "ChangeMemberRole: employee to auditor",
              (s, by) ->
                  new ChangeMemberRole(
                      ORGANIZATION, s.by(by), s.idOf(Role.EMPLOYEE), Role.AUDITOR)),
          new Row(
              "ChangeMemberRole: owner to admin",
              (s, by) ->
                  new ChangeMemberRole(ORGANIZATION, s.by(by), s.idOf(Role.OWNER), Role.ADMIN)),
          new Row(
              "RemoveMember: an employee",
              (s, by) -> new RemoveMember(ORGANIZATION, s.by(by), s.idOf(Role.EMPLOYEE))),
          new Row(
              "RemoveMember: an owner",
              (s, by) -> new RemoveMember(ORGANIZATION, s.by(by), s.idOf(Role.OWNER))),
          new Row("CreateKey", (s, by) -> s.creation(by)),
          new Row("RotateKey: an employee's", (s, by) -> s.rotation(by, s.employees)),
          new Row("RotateKey: an owner's", (s, by) -> s.rotation(by, s.owners)),
          new Row("RotateKey: the caller's", (s, by) -> s.rotation(by, s.keyOf(by))),
          new Row(
              "CompleteRotation: an employee's",
              (s, by) -> new CompleteRotation(ORGANIZATION, s.by(by), s.rotating)),
          new Row(
              "RollBackRotation: an employee's",
              (s, by) -> new RollBackRotation(ORGANIZATION, s.by(by), s.rotating)),
          new Row(
              "UpdateKey: an employee's",
              (s, by) -> new UpdateKey(ORGANIZATION, s.by(by), s.employees, "other", null)),
          new Row(
              "UpdateKey: the caller's",
              (s, by) -> new UpdateKey(ORGANIZATION, s.by(by), s.keyOf(by), "other", null)),
          new Row(
              "RevokeKey: an employee's",
              (s, by) -> new RevokeKey(ORGANIZATION, s.by(by), s.employees, null)),
          new Row(
              "RevokeKey: the caller's",
              (s, by) -> new RevokeKey(ORGANIZATION, s.by(by), s.keyOf(by), null)),
          new Row(
              "RevokeKey: none", (s, by) -> new RevokeKey(ORGANIZATION, s.by(by), s.none, null)),
          new Row(
              "SuspendKey: an employee's",
              (s, by) -> new SuspendKey(ORGANIZATION, s.by(by), s.employees, null, "why")),
          new Row(
              "SuspendKey: the caller's",
              (s, by) -> new SuspendKey(ORGANIZATION, s.by(by), s.keyOf(by), null, "why")),
          new Row(
              "ReportLeak: an employee's",
              (s, by) ->
                  new ReportLeak(
                      ORGANIZATION, s.by(by), s.employees, "verifier", null, null, null)),
          new Row(
              "ResumeKey: an employee's",
              (s, by) -> new ResumeKey(ORGANIZATION, s.by(by), s.suspended)),
          new Row(
              "WarnOfEnd: none near",
              (s, by) -> new WarnOfEnd(ORGANIZATION, s.by(by), s.employees)),
          new Row("ExpireKey: due", (s, by) -> new ExpireKey(ORGANIZATION, s.by(by), s.due)),
          new Row(
              "ErasePerson: an employee",
              (s, by) ->
                  new PersonCommand.ErasePerson(
                      ORGANIZATION, s.by(by), s.personOf(Role.EMPLOYEE), false)),
          new Row("CreateSubscription", (s, by) -> s.subscribing(by)),
          new Row(
              "ChangeSubscription",
              (s, by) ->
                  new ChangeSubscription(
                      ORGANIZATION, s.by(by), s.subscription, "other", null, null)),
          new Row(
              "RotateSubscriptionSecret",
              (s, by) ->
                  new RotateSubscriptionSecret(
                      ORGANIZATION, s.by(by), s.subscription, null, Given.signingSecret())),
          new Row(
              "PauseSubscription",
              (s, by) -> new PauseSubscription(ORGANIZATION, s.by(by), s.subscription, null)),
          new Row(
              "DisableSubscription",
              (s, by) -> new DisableSubscription(ORGANIZATION, s.by(by), s.subscription)),
          new Row(
              "ResumeSubscription: a paused one",
              (s, by) -> new ResumeSubscription(ORGANIZATION, s.by(by), s.paused)),
          new Row(
              "RemoveSubscription",
              (s, by) -> new RemoveSubscription(ORGANIZATION, s.by(by), s.subscription)),
          new Row(
              "RemoveSubscription: none",
              (s, by) ->
                  new RemoveSubscription(ORGANIZATION, s.by(by), SubscriptionId.of(s.none.uuid()))),
          new Row(
              "CreateStream",
              (s, by) ->
                  new CreateStream(
                      ORGANIZATION,
                      s.by(by),
                      SubscriptionId.of(Given.keyId().uuid()),
                      null,
                      "siem",
                      "https://receiver.example/",
                      List.of("https://example.com/type"),
                      Given.signingSecret())),
          new Row(
              "ChangeStream",
              (s, by) ->
                  new ChangeStream(
                      ORGANIZATION, s.by(by), s.stream, null, "other", null, null, null)),
          new Row(
              "SetStreamStatus",
              (s, by) ->
                  new SetStreamStatus(
                      ORGANIZATION, s.by(by), s.stream, null, StreamCommand.Status.PAUSED, null)),
          new Row(
              "RemoveStream", (s, by) -> new RemoveStream(ORGANIZATION, s.by(by), s.stream, null)));

  @Test
  void eachCommandHasARow() {
    var scene = new Scene(PRESETS.find("standard").orElseThrow(), Stage.VERIFIED);
    Set<Class<?>> rows =
        ROWS.stream()
            .map(row -> row.command.apply(scene, Given.OPERATOR).getClass())
            .collect(Collectors.toSet());
    assertThat(rows).isEqualTo(leavesOf(OrganizationCommand.class).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void whoMayDoWhat(Stage stage) {
    Policy standard = PRESETS.find("standard").orElseThrow();
    var scene =
        new Scene(Policies.withOnboardingPermissions(standard, Permissions.API_KEYS_CREATE), stage);
    assertTable("standard-" + stage.name().toLowerCase(Locale.ROOT), scene, scene.callers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"incard", "incrm", "octopus-cards", "syncgram-pay"})
  void whoMayDoWhatOfAPublishedSystem(String preset) {
    var scene = new Scene(PRESETS.find(preset).orElseThrow(), Stage.VERIFIED);
    assertTable(preset, scene, scene.callers());
  }

  /** So two permissions that are taken for each other can't hide behind a role that has both. */
  @Test
  void whatOnePermissionAllows() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    var outcomes = new LinkedHashMap<String, List<String>>();
    ROWS.forEach(row -> outcomes.put(row.name, new ArrayList<>()));
    for (String permission : Permissions.ALL) {
      Policy alone = Policies.withRole(standard, Role.ADMIN, List.of(permission));
      var scene = new Scene(Policies.withRole(alone, Role.EMPLOYEE, List.of()), Stage.VERIFIED);
      Actor admin = scene.callers().get("admin");
      ROWS.forEach(row -> of(outcomes, row).add(scene.outcomeOf(row, admin)));
    }
    assertTable("one-permission", Permissions.ALL, outcomes);
  }

  private static void assertTable(String name, Scene scene, Map<String, Actor> callers) {
    var outcomes = new LinkedHashMap<String, List<String>>();
    for (Row row : ROWS) {
      outcomes.put(
          row.name, callers.values().stream().map(by -> scene.outcomeOf(row, by)).toList());
    }
    assertTable(name, List.copyOf(callers.keySet()), outcomes);
  }

  private static void assertTable(
      String name, List<String> columns, Map<String, List<String>> outcomes) {
    var lines = new ArrayList<String>();
    lines.add("command | " + String.join(" | ", columns));
    outcomes.forEach((row, cells) -> lines.add(row + " | " + String.join(" | ", cells)));
    assertThat(aligned(lines)).isEqualTo(textOf(name));
  }

  private static List<String> of(Map<String, List<String>> outcomes, Row row) {
    return Objects.requireNonNull(outcomes.get(row.name));
  }

  private static String aligned(List<String> lines) {
    List<String[]> rows = lines.stream().map(line -> line.split(" \\| ")).toList();
    var text = new StringBuilder();
    for (String[] row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r[column].length()).max().orElseThrow();
        line.append(row[i]).append(" ".repeat(width - row[i].length())).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String textOf(String name) {
    try (InputStream file =
        PermissionMatrixTest.class.getResourceAsStream("permissions/" + name + ".txt")) {
      return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static Stream<Class<?>> leavesOf(Class<?> family) {
    return family.isSealed()
        ? Stream.of(family.getPermittedSubclasses()).flatMap(PermissionMatrixTest::leavesOf)
        : Stream.of(family);
  }

  /** An organisation with a member of each role, and keys of theirs. */
  private static final class Scene {
    final Given given;
    final Policy tighter;
    final MemberId freshMember = MemberId.of(Given.keyId().uuid());
    final KeyId none = Given.keyId();
    final KeyId employees;
    final KeyId owners;
    final KeyId rotating;
    final KeyId suspended;
    final KeyId due;
    final SubscriptionId subscription;
    final SubscriptionId paused;
    final SubscriptionId stream;
    private final Policy policy;
    private final String environment;
    private final Map<Role, Actor> members = new EnumMap<>(Role.class);
    private final Map<String, Actor> callers = new LinkedHashMap<>();
    private final Map<Actor, KeyId> own = new LinkedHashMap<>();

    Scene(Policy policy, Stage stage) {
      this.policy = policy.keys().limit() == null ? policy : Policies.withLimit(policy, 100);
      this.given = Given.anOrganizationWith(this.policy);
      this.environment = policy.environments().getFirst();
      this.tighter = Policies.withAccessLifetime(this.policy, Duration.ofMinutes(1));
      if (stage != Stage.ONBOARDING) {
        given.happened(new OrganizationVerified(given.now()));
      }
      for (Role role : Role.values()) {
        // A second one, since of those who act none is the last of its kind or acts on themselves.
        members.put(role, given.member(role));
        callers.put(role.name().toLowerCase(Locale.ROOT), given.member(role));
      }
      callers.values().forEach(actor -> own.put(actor, keyOf(actor.member())));
      Actor removed = given.member(Role.OWNER);
      own.put(removed, keyOf(removed.member()));
      given.happened(new MemberRemoved(removed.member(), Role.OWNER, given.now()));
      callers.put("removed owner", removed);
      callers.put(
          "owner elsewhere",
          new Actor(Actor.Kind.MEMBER, Given.person(), MemberId.of(Given.keyId().uuid()), null));
      callers.put("operator", Given.OPERATOR);
      callers.put("platform", Actor.SYSTEM);
      this.employees = keyOf(idOf(Role.EMPLOYEE));
      this.owners = keyOf(idOf(Role.OWNER));
      this.rotating = keyOf(idOf(Role.EMPLOYEE));
      given.happened(
          new KeyRotated(
              rotating,
              new IssuedSecret("kl_bbbbbbb", "verifier", given.now()),
              given.now().plus(GRACE.multipliedBy(3)),
              given.now()));
      this.suspended = keyOf(idOf(Role.EMPLOYEE));
      given.happened(new KeySuspended(suspended, null, "why", given.now()));
      this.due = given.key(environment, idOf(Role.EMPLOYEE), List.of(), given.now().plus(GRACE));
      this.subscription = subscriptionOf(Given.OPERATOR);
      this.paused = subscriptionOf(Given.OPERATOR);
      this.stream = SubscriptionId.of(Given.keyId().uuid());
      given.happened(
          new SubscriptionCreated(
              stream,
              SubscriptionKind.SSF,
              "siem",
              "https://receiver.example/",
              List.of("https://example.com/type"),
              SignatureScheme.RS256,
              SubscriptionSecret.committed(1, "sealed", null, given.now()),
              given.now()));
      given.happened(
          new SubscriptionPaused(paused, SubscriptionPaused.Cause.REQUESTED, null, given.now()));
      given.later(GRACE.multipliedBy(2));
      if (stage == Stage.SUSPENDED) {
        given.happened(new OrganizationSuspended("reason", given.now()));
      }
    }

    Map<String, Actor> callers() {
      return callers;
    }

    MemberId idOf(Role role) {
      return Objects.requireNonNull(Objects.requireNonNull(members.get(role)).member());
    }

    PersonId personOf(Role role) {
      return Objects.requireNonNull(Objects.requireNonNull(members.get(role)).person());
    }

    /** One of a caller who can have none is another's. */
    KeyId keyOf(Actor by) {
      return own.getOrDefault(by, employees);
    }

    private KeyId keyOf(MemberId member) {
      return given.key(environment, member);
    }

    CommandContext by(Actor actor) {
      return given.by(actor);
    }

    OrganizationCommand registration(Actor by) {
      return new Register(
          ORGANIZATION, by(by), "other", "Other", OrganizationKind.STANDARD, null, policy);
    }

    OrganizationCommand adding(Actor by, Role role) {
      PersonId person = Given.person();
      return new AddMember(
          ORGANIZATION, by(by), freshMember, person, new SealedText(person, "sealed"), role);
    }

    OrganizationCommand creation(Actor by) {
      boolean named =
          by.kind() != Actor.Kind.MEMBER && given.state.standing().keysActForTheirCreator();
      return new CreateKey(
          ORGANIZATION,
          by(by),
          Given.keyId(),
          "new",
          policy.environmentChoice() == EnvironmentChoice.CREATOR ? environment : null,
          List.of(),
          policy.keys().expiry() == Expiry.NEVER ? null : given.now().plus(GRACE),
          named ? idOf(Role.EMPLOYEE) : null,
          Given.secret());
    }

    CreateSubscription subscribing(Actor by) {
      return new CreateSubscription(
          ORGANIZATION,
          by(by),
          SubscriptionId.of(Given.keyId().uuid()),
          SubscriptionKind.WEBHOOK,
          "siem",
          "https://receiver.example/",
          List.of("*"),
          SignatureScheme.V1,
          Given.signingSecret());
    }

    private SubscriptionId subscriptionOf(Actor by) {
      CreateSubscription command = subscribing(by);
      given.when(command);
      return command.subscription();
    }

    OrganizationCommand rotation(Actor by, KeyId key) {
      return new RotateKey(ORGANIZATION, by(by), key, null, Given.secret());
    }

    String outcomeOf(Row row, Actor by) {
      OrganizationCommand command = row.command.apply(this, by);
      try {
        List<OrganizationEvent> events =
            command instanceof Register r
                ? OrganizationState.decide(r)
                : given.state.decide(command);
        return events.isEmpty() ? "-" : "yes";
      } catch (RefusedException refused) {
        return refused.refusal().code();
      }
    }
  }
}
