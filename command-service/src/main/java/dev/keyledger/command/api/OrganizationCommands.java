package dev.keyledger.command.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.api.Json.OrganizationJson;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.PolicyEdit;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.StandingCommand.EnableLive;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.Reinstate;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.organization.StandingCommand.Verify;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping(path = "/v1/organizations", produces = "application/json")
class OrganizationCommands {
  /** Of a {@code policy} and a {@code preset}, exactly one. */
  record Registration(
      @Nullable String slug,
      @Nullable String name,
      @Nullable OrganizationKind kind,
      @Nullable String preset,
      @Nullable Policy policy) {}

  record Suspension(@Nullable String reason) {}

  /**
   * @param environments those that it binds; none for what the policy says
   */
  record Allowlist(
      @Nullable List<@Nullable String> cidrs, @Nullable List<@Nullable String> environments) {}

  /**
   * @param ceiling what an owner may only tighten
   */
  record PolicyJson(
      Policy policy, Policy ceiling, @Nullable String preset, long position, Instant changedAt) {}

  /**
   * @param environments those that it is limited to; empty for every one
   */
  record AllowlistJson(List<String> cidrs, List<String> environments) {}

  private static final String SHUT_OUT = "shut_out";

  private final Ledger ledger;
  private final Answers answers;
  private final Presets presets;
  private final JsonMapper json;
  private final RefusedUses uses;

  OrganizationCommands(
      Ledger ledger, Answers answers, Presets presets, JsonMapper json, RefusedUses uses) {
    this.ledger = ledger;
    this.answers = answers;
    this.presets = presets;
    this.json = json;
    this.uses = uses;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> register(
      @RequestBody Registration body, CommandContext context, Prefer prefer) {
    if ((body.preset() == null) == (body.policy() == null)) {
      throw Problem.ofField("preset", "Either a preset or a policy is due.").toException();
    }
    OrganizationKind kind = body.kind() == null ? OrganizationKind.STANDARD : body.kind();
    if (kind == OrganizationKind.PLATFORM) {
      throw Problem.ofField("kind", "It is standard or connected_account.").toException();
    }
    var id = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    var decided =
        ledger.execute(
            new Register(
                id,
                context,
                Body.required("slug", body.slug()),
                Body.required("name", body.name()),
                kind,
                body.preset(),
                body.policy() == null
                    ? presets
                        .find(Body.required("preset", body.preset()))
                        .orElseThrow(() ->
                            Problem.ofField("preset", "It is one of " + presets.names())
                                .toException())
                    : body.policy()));
    return answers.answer(201, id, decided, prefer, organizationOf(decided));
  }

  @PostMapping("/{org}/verify")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> verify(
      OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new Verify(id, context));
  }

  @PostMapping("/{org}/enable-live")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> enableLive(
      OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new EnableLive(id, context));
  }

  @PostMapping("/{org}/suspend")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> suspend(
      @RequestBody(required = false) @Nullable Suspension body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    String reason = body == null ? null : body.reason();
    return changed(id, prefer, new Suspend(id, context, reason));
  }

  @PostMapping("/{org}/reinstate")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> reinstate(
      OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new Reinstate(id, context));
  }

  /**
   * Another policy in place of the one in force: the policy alone, or all that {@code GET} answers
   * with the policy changed in it.
   */
  @PutMapping("/{org}/policy")
  @Requires(Requires.PERSON)
  ResponseEntity<PolicyJson> setPolicy(
      @RequestBody JsonNode body,
      @RequestParam(required = false) @Nullable String confirm,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    return policy(id, prefer, context, PolicyReplacement.read(json, body), confirm);
  }

  /**
   * Some of the policy's fields, by a JSON merge patch (RFC 7396) of what {@code GET} answers as
   * {@code policy}: {@code null} takes away a field that a policy may do without, a list is
   * replaced as a whole. What comes of it has to be a policy, and is bound as one that is put.
   */
  @PatchMapping(
      path = "/{org}/policy",
      consumes = {"application/merge-patch+json", "application/json"})
  @Requires(Requires.PERSON)
  ResponseEntity<PolicyJson> changePolicy(
      @RequestBody JsonNode body,
      @RequestParam(required = false) @Nullable String confirm,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    return policy(id, prefer, context, new PolicyPatch(json, body), confirm);
  }

  /**
   * What another policy in place of the one in force would do to what is there: which keys and
   * members would gain or lose what. Refused as {@link #setPolicy} would be; nothing is written.
   */
  @PostMapping(
      path = "/{org}/policy/preview",
      consumes = "application/json",
      produces = {DryRuns.TYPE, "application/json"})
  @Requires(Requires.PERSON)
  ResponseEntity<DryRuns.DryRun> previewPolicy(
      @RequestBody JsonNode body,
      @RequestParam(required = false) @Nullable String confirm,
      OrganizationId id,
      @Dry CommandContext context) {
    return preview(id, context, PolicyReplacement.read(json, body), confirm);
  }

  /** The same of a merge patch, refused as {@link #changePolicy} would be. */
  @PostMapping(
      path = "/{org}/policy/preview",
      consumes = "application/merge-patch+json",
      produces = {DryRuns.TYPE, "application/json"})
  @Requires(Requires.PERSON)
  ResponseEntity<DryRuns.DryRun> previewPatch(
      @RequestBody JsonNode body,
      @RequestParam(required = false) @Nullable String confirm,
      OrganizationId id,
      @Dry CommandContext context) {
    return preview(id, context, new PolicyPatch(json, body), confirm);
  }

  private ResponseEntity<DryRuns.DryRun> preview(
      OrganizationId id, CommandContext context, PolicyEdit edit, @Nullable String confirm) {
    return DryRuns.answer(
        ledger.foresee(new SetPolicy(id, context, edit, isConfirmed(confirm))), uses);
  }

  private ResponseEntity<PolicyJson> policy(
      OrganizationId id,
      Prefer prefer,
      CommandContext context,
      PolicyEdit edit,
      @Nullable String confirm) {
    return command(
        id,
        prefer,
        new SetPolicy(id, context, edit, isConfirmed(confirm)),
        d ->
            new PolicyJson(
                d.standing().policy(),
                d.standing().ceiling(),
                d.standing().preset(),
                d.position(),
                d.at()));
  }

  @PutMapping("/{org}/ip-allowlist")
  @Requires(Requires.PERSON)
  ResponseEntity<AllowlistJson> setIpAllowlist(
      @RequestBody Allowlist body,
      @RequestParam(required = false) @Nullable String confirm,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    List<String> cidrs = Body.texts("cidrs", Body.required("cidrs", body.cidrs()));
    List<String> environments = Body.texts("environments", body.environments());
    return command(
        id,
        prefer,
        new SetIpAllowlist(id, context, cidrs, environments, isConfirmed(confirm)),
        d -> new AllowlistJson(d.standing().ipAllowlist(), d.standing().allowlistEnvironments()));
  }

  private static boolean isConfirmed(@Nullable String confirm) {
    if (confirm != null && !confirm.equals(SHUT_OUT)) {
      throw new InvalidField("confirm", SHUT_OUT).toException();
    }
    return confirm != null;
  }

  private ResponseEntity<OrganizationJson> changed(
      OrganizationId id, Prefer prefer, OrganizationCommand command) {
    return command(id, prefer, command, OrganizationCommands::organizationOf);
  }

  private <T> ResponseEntity<T> command(
      OrganizationId id, Prefer prefer, OrganizationCommand command, Function<Decided, T> body) {
    Decided decided = ledger.execute(command);
    return answers.answer(200, id, decided, prefer, body.apply(decided));
  }

  private static OrganizationJson organizationOf(Decided decided) {
    return Json.of(decided.standing(), decided.position());
  }
}
