package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.past.KeyEvidence;
import dev.keyledger.query.past.KeyHolder;
import dev.keyledger.query.past.KeyHolder.Reason;
import dev.keyledger.query.past.KeyValidity;
import dev.keyledger.query.past.PastVerdicts.Checked;
import dev.keyledger.query.past.PastVerdicts.Outcome;
import dev.keyledger.query.past.PastVerdicts.PastQuestion;
import dev.keyledger.query.past.PastVerdicts.SecretVerdict;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/keys/{key}/validity", produces = "application/json")
class ValidityController {
  private static final int MOST_HOLDERS = 100;

  /**
   * @param at by which ends counted
   * @param position of the last event that counted
   * @param secrets the last two, ended ones too, the newest first
   * @param holderCount how many there were
   * @param holders a hundred of them, who was shown a secret first, then the newest
   */
  record Validity(
      KeyId key,
      Instant at,
      long position,
      List<SecretValidity> secrets,
      int holderCount,
      List<PossibleHolder> holders) {}

  /**
   * @param valid whether {@code code} is {@code ok}
   * @param scopes what the key could do; nothing where it wasn't valid
   */
  record SecretValidity(
      String prefix,
      Instant createdAt,
      @Nullable Instant validUntil,
      boolean valid,
      String code,
      Collection<String> scopes,
      Receiver shownTo,
      List<ShownCheck> checks) {}

  /** Who was shown a secret when it was made. */
  record Receiver(Actor.Kind kind, @Nullable MemberId member) {}

  /**
   * @param decidedBy the last event that said something of it; {@code null} where it isn't reached
   */
  record ShownCheck(String name, Outcome outcome, @Nullable DecidingEvent decidedBy) {}

  record DecidingEvent(EventId id, long position, String type, Instant at) {}

  /**
   * @param email {@code null} once the person was erased
   * @param status {@code active} or {@code removed}
   */
  record PossibleHolder(
      MemberId member, @Nullable String email, String role, String status, Set<Reason> because) {}

  private final Reads reads;
  private final PeopleKeys people;

  ValidityController(Reads reads, PeopleKeys people) {
    this.reads = reads;
    this.people = people;
  }

  /**
   * What {@code /v1/keys/verify} would have said of each of a key's secrets then, to somebody who
   * may be told, by the same decision; and who could have had one.
   */
  @GetMapping
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<Validity> one(
      Caller caller,
      @PathVariable String org,
      @PathVariable String key,
      @RequestParam(required = false) @Nullable String at,
      @RequestParam(required = false) @Nullable String environment,
      @RequestParam(required = false) @Nullable List<String> scopes,
      @RequestParam(required = false) @Nullable String ip,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    var question =
        new PastQuestion(
            Parameters.environment(environment), Parameters.scopes(scopes), Parameters.address(ip));
    ResponseEntity<FoundValidity> read =
        reads.of(
            caller,
            org,
            atLeast,
            reads.asOf("at", at),
            snapshot -> find(caller, reads.present(snapshot), key, question),
            past -> find(caller, past, key, question));
    FoundValidity found = Objects.requireNonNull(read.getBody());
    Opened opened = people.of(found.persons());
    return Incomplete.mark(read, opened.complete()).body(shown(found, opened));
  }

  private record FoundValidity(KeyId key, Past past, KeyValidity validity) {
    List<KeyHolder> holders() {
      return validity.holders().stream().limit(MOST_HOLDERS).toList();
    }

    Set<PersonId> persons() {
      return holders().stream()
          .map(holder -> holder.member().email().person())
          .collect(Collectors.toSet());
    }
  }

  private static FoundValidity find(Caller caller, Past past, String key, PastQuestion question) {
    KeyController.mustSeeKeys(caller, past.snapshot());
    KeyId id = KeyController.idOf(key).orElseThrow(KeyController::notFound);
    var evidence =
        new KeyEvidence(
            past.organization(),
            past.position(),
            past.at(),
            past.standing(),
            past.ofMembers(),
            past.of(List.of(id.uuid())));
    return KeyValidity.of(evidence, id, question)
        .map(validity -> new FoundValidity(id, past, validity))
        .orElseThrow(KeyController::notFound);
  }

  private static Validity shown(FoundValidity found, Opened opened) {
    return new Validity(
        found.key(),
        found.past().at(),
        found.past().position(),
        found.validity().secrets().stream().map(ValidityController::shown).toList(),
        found.validity().holders().size(),
        found.holders().stream().map(holder -> shown(holder, opened)).toList());
  }

  private static SecretValidity shown(SecretVerdict secret) {
    return new SecretValidity(
        secret.prefix(),
        secret.createdAt(),
        secret.validUntil(),
        secret.code() == Code.OK,
        secret.code().text(),
        secret.scopes(),
        new Receiver(secret.shownTo().kind(), secret.shownTo().member()),
        secret.checks().stream().map(ValidityController::shown).toList());
  }

  private static ShownCheck shown(Checked checked) {
    LedgerEvent event = checked.decidedBy();
    return new ShownCheck(
        checked.check().text(),
        checked.outcome(),
        event == null
            ? null
            : new DecidingEvent(
                event.id(),
                event.position(),
                EventTypes.nameOf(event.event()),
                event.event().at()));
  }

  private static PossibleHolder shown(KeyHolder holder, Opened opened) {
    return new PossibleHolder(
        holder.member().id(),
        opened.text(holder.member().email()),
        holder.member().role(),
        holder.member().removedAt() == null ? "active" : "removed",
        holder.because());
  }
}
