package dev.keyledger.command.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.api.Json.OrganizationJson;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.Asked;
import dev.keyledger.command.organization.OrganizationCommand;
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
import dev.keyledger.subscriber.Caller;
import dev.keyledger.subscriber.Problem;
import dev.keyledger.subscriber.Requires;
import dev.keyledger.subscriber.web.RequestTrace;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

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

  record Allowlist(@Nullable List<@Nullable String> cidrs) {}

  /**
   * @param ceiling what an owner may only tighten
   */
  record PolicyJson(
      Policy policy, Policy ceiling, @Nullable String preset, long position, Instant changedAt) {}

  record AllowlistJson(List<String> cidrs) {}

  private final Ledger ledger;
  private final Askers askers;
  private final Answers answers;
  private final Presets presets;

  OrganizationCommands(Ledger ledger, Askers askers, Answers answers, Presets presets) {
    this.ledger = ledger;
    this.askers = askers;
    this.answers = answers;
    this.presets = presets;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> register(
      Caller caller,
      RequestTrace trace,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody Registration body) {
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
                askers.asked(caller, trace),
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
    return answers.answer(201, id, decided.position(), Prefer.of(prefer), organizationOf(decided));
  }

  @PostMapping("/{org}/verify")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> verify(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer) {
    return changed(caller, trace, org, prefer, Verify::new);
  }

  @PostMapping("/{org}/enable-live")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> enableLive(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer) {
    return changed(caller, trace, org, prefer, EnableLive::new);
  }

  @PostMapping("/{org}/suspend")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> suspend(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody(required = false) @Nullable Suspension body) {
    String reason = body == null ? null : body.reason();
    return changed(caller, trace, org, prefer, (id, asked) -> new Suspend(id, asked, reason));
  }

  @PostMapping("/{org}/reinstate")
  @Requires(Requires.OPERATOR)
  ResponseEntity<OrganizationJson> reinstate(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer) {
    return changed(caller, trace, org, prefer, Reinstate::new);
  }

  @PutMapping("/{org}/policy")
  @Requires(Requires.PERSON)
  ResponseEntity<PolicyJson> setPolicy(
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody Policy body) {
    return command(
        caller,
        trace,
        org,
        prefer,
        (id, asked) -> new SetPolicy(id, asked, body),
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
      Caller caller,
      RequestTrace trace,
      @PathVariable String org,
      @RequestHeader(name = "Prefer", required = false) @Nullable List<String> prefer,
      @RequestBody Allowlist body) {
    List<String> cidrs = Body.texts("cidrs", Body.required("cidrs", body.cidrs()));
    return command(
        caller,
        trace,
        org,
        prefer,
        (id, asked) -> new SetIpAllowlist(id, asked, cidrs),
        d -> new AllowlistJson(d.standing().ipAllowlist()));
  }

  private interface Command {
    OrganizationCommand of(OrganizationId organization, Asked asked);
  }

  private ResponseEntity<OrganizationJson> changed(
      Caller caller,
      RequestTrace trace,
      String org,
      @Nullable List<String> prefer,
      Command command) {
    return command(caller, trace, org, prefer, command, OrganizationCommands::organizationOf);
  }

  private <T> ResponseEntity<T> command(
      Caller caller,
      RequestTrace trace,
      String org,
      @Nullable List<String> prefer,
      Command command,
      Function<Decided, T> body) {
    OrganizationId id = askers.organization(caller, org);
    Decided decided = ledger.execute(command.of(id, askers.asked(caller, trace)));
    return answers.answer(200, id, decided.position(), Prefer.of(prefer), body.apply(decided));
  }

  private static OrganizationJson organizationOf(Decided decided) {
    return Json.of(decided.standing(), decided.position());
  }
}
