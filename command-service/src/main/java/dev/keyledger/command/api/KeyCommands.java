package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.api.Json.KeyJson;
import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Issued;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.KeyCommand;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.RollBackRotation;
import dev.keyledger.command.organization.KeyCommand.RotateKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.KeyReceipt;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/keys", produces = "application/json")
class KeyCommands {
  private static final KeyId NOBODYS = KeyId.of(new UUID(0x7000L, 0x8000_0000_0000_0000L));

  private static final int MOST_DAYS = 36_500;

  /**
   * Of the two ways to name an end, at most one.
   *
   * @param member for whom the operator makes it, where keys act for their creator; anybody else
   *     names none
   */
  record NewKey(
      @Nullable String name,
      @Nullable String environment,
      @Nullable List<@Nullable String> scopes,
      @Nullable Instant expiresAt,
      @Nullable Integer expiresInDays,
      @Nullable String member) {
    @Nullable Instant end(Instant now) {
      if (expiresInDays == null) {
        return expiresAt;
      }
      if (expiresAt != null) {
        throw Problem.ofField("expires_at", "It excludes expires_in_days.").toException();
      }
      if (expiresInDays < 1 || expiresInDays > MOST_DAYS) {
        throw Problem.ofField("expires_in_days", "1 to " + MOST_DAYS).toException();
      }
      return now.plus(Duration.ofDays(expiresInDays));
    }
  }

  record Rotation(@Nullable Duration gracePeriod) {}

  record Update(@Nullable String name, @Nullable List<@Nullable String> scopes) {}

  record Revocation(@Nullable String reason, @Nullable Instant compromisedSince) {}

  record Created(KeyJson key, String secret) {
    @Override
    public String toString() {
      return "[secret of " + key.id() + "]";
    }
  }

  record Rotated(KeyJson key, String secret, @Nullable Instant previousValidUntil) {
    @Override
    public String toString() {
      return "[secret of " + key.id() + "]";
    }
  }

  record Changed(KeyJson key) {}

  /**
   * @param exposure where query-service tells what may be in bad hands; left out where nobody said
   *     since when others may have had it, as clients of before know the answer
   */
  record Revoked(
      KeyJson key,
      KeyReceipt receipt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String exposure) {}

  record Suspension(@Nullable Instant until, @Nullable String reason) {}

  private final Ledger ledger;
  private final Answers answers;
  private final FreshSecrets secrets;
  private final Idempotence idempotence;

  KeyCommands(Ledger ledger, Answers answers, FreshSecrets secrets, Idempotence idempotence) {
    this.ledger = ledger;
    this.answers = answers;
    this.secrets = secrets;
    this.idempotence = idempotence;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.PERSON)
  ResponseEntity<Created> create(
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String clientKey,
      @RequestBody NewKey body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    var command =
        new CreateKey(
            id,
            context,
            KeyId.of(UuidCreator.getTimeOrderedEpoch()),
            Body.required("name", body.name()),
            body.environment(),
            Body.texts("scopes", body.scopes()),
            body.end(context.at()),
            memberId(body.member()),
            secrets.draw());
    ClientKey remembered = idempotence.keyOf(clientKey, id, context, "create-key", "", body);
    Issued issued =
        Body.sentAs(
            body.expiresInDays() == null ? "expires_at" : "expires_in_days",
            "expires_at",
            () -> ledger.issue(command, remembered));
    return answers.answer(
        201,
        id,
        issued,
        prefer,
        new Created(Json.of(issued.theKey(), issued.at()), issued.theSecret().revealSecret()));
  }

  @PostMapping("/{key}/rotate")
  @Requires(Requires.PERSON)
  ResponseEntity<Rotated> rotate(
      @PathVariable String key,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String clientKey,
      @RequestBody(required = false) @Nullable Rotation body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    KeyId keyId = keyId(key);
    Rotation rotation = body == null ? new Rotation(null) : body;
    Issued issued =
        ledger.issue(
            new RotateKey(id, context, keyId, rotation.gracePeriod(), secrets.draw()),
            idempotence.keyOf(clientKey, id, context, "rotate-key", key, rotation));
    return answers.answer(
        200,
        id,
        issued,
        prefer,
        new Rotated(
            Json.of(issued.theKey(), issued.at()),
            issued.theSecret().revealSecret(),
            issued.theKey().secrets().getFirst().end()));
  }

  @PostMapping("/{key}/rotation/complete")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> completeRotation(
      @PathVariable String key, OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new CompleteRotation(id, context, keyId(key)));
  }

  /** The receipt is of the newer secret's end, and isn't kept: the key has none. */
  @PostMapping("/{key}/rotation/roll-back")
  @Requires(Requires.PERSON)
  ResponseEntity<Revoked> rollBackRotation(
      @PathVariable String key, OrganizationId id, CommandContext context, Prefer prefer) {
    Decided decided = ledger.execute(new RollBackRotation(id, context, keyId(key)));
    return answers.answerWith(
        200,
        id,
        decided,
        prefer,
        receipt ->
            new Revoked(
                Json.of(decided.theKey(), decided.at()), KeyReceipt.ofEvent(receipt, id), null));
  }

  @PatchMapping("/{key}")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> update(
      @PathVariable String key,
      @RequestBody Update body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    List<String> scopes = body.scopes() == null ? null : Body.texts("scopes", body.scopes());
    return changed(id, prefer, new UpdateKey(id, context, keyId(key), body.name(), scopes));
  }

  @PostMapping("/{key}/revoke")
  @Requires(Requires.PERSON)
  ResponseEntity<Revoked> revoke(
      @PathVariable String key,
      @RequestBody(required = false) @Nullable Revocation body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    Revocation said = body == null ? new Revocation(null, null) : body;
    return withReceipt(
        id,
        prefer,
        new RevokeKey(id, context, keyId(key), said.reason(), said.compromisedSince()),
        said.compromisedSince());
  }

  /** It is refused until then, or until it is resumed; the receipt is as a revocation's. */
  @PostMapping("/{key}/suspend")
  @Requires(Requires.PERSON)
  ResponseEntity<Revoked> suspend(
      @PathVariable String key,
      @RequestBody Suspension body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    String reason = Body.required("reason", body.reason());
    return withReceipt(
        id, prefer, new SuspendKey(id, context, keyId(key), body.until(), reason), null);
  }

  @PostMapping("/{key}/resume")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> resume(
      @PathVariable String key, OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new ResumeKey(id, context, keyId(key)));
  }

  private ResponseEntity<Revoked> withReceipt(
      OrganizationId id, Prefer prefer, KeyCommand command, @Nullable Instant compromisedSince) {
    Decided decided = ledger.execute(command);
    Key key = decided.theKey();
    return answers.answerToEnd(
        id,
        decided,
        prefer,
        (receipt, receivers) ->
            new Revoked(
                Json.of(key, decided.at()),
                KeyReceipt.of(receipt, receivers, id, key.id()),
                compromisedSince == null
                    ? null
                    : "/v1/organizations/%s/keys/%s/exposure?since=%s&at_least=%d"
                        .formatted(
                            id.value(), key.id().value(), compromisedSince, receipt.position())));
  }

  private ResponseEntity<Changed> changed(OrganizationId id, Prefer prefer, KeyCommand command) {
    Decided decided = ledger.execute(command);
    return answers.answer(
        200, id, decided, prefer, new Changed(Json.of(decided.theKey(), decided.at())));
  }

  private static @Nullable MemberId memberId(@Nullable String text) {
    try {
      return text == null ? null : new MemberId(text);
    } catch (IllegalArgumentException e) {
      throw Problem.ofField("member", "It is a member's id.").toException();
    }
  }

  /**
   * What is no key's id stands for one that no key has, so that a caller who may do nothing with
   * keys is told that, and any other caller 404.
   */
  private static KeyId keyId(String text) {
    try {
      return new KeyId(text);
    } catch (IllegalArgumentException e) {
      return NOBODYS;
    }
  }
}
