package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Issued;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Refusal.InvalidUrl;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.command.organization.SubscriptionCommand;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.Secret;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.kit.net.ReachableAddresses;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/subscriptions", produces = "application/json")
class SubscriptionCommands {
  private static final SubscriptionId NOBODYS =
      SubscriptionId.of(new UUID(0x7000L, 0x8000_0000_0000_0000L));

  /**
   * @param signature {@code null} for {@code v1}
   */
  record NewSubscription(
      @Nullable SubscriptionKind kind,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<@Nullable String> events,
      @Nullable SignatureScheme signature) {}

  record Update(
      @Nullable String name, @Nullable String url, @Nullable List<@Nullable String> events) {}

  /**
   * @param overlapSeconds for how long the older secret signs on; {@code null} for a day
   */
  record Rotation(@Nullable Integer overlapSeconds) {}

  record Pause(@Nullable String reason) {}

  /**
   * As query-service shows it too.
   *
   * @param pausedFor {@code null} while it isn't
   * @param secrets newest first: the newest, and the older one while something is signed by it
   */
  record SubscriptionJson(
      SubscriptionId id,
      SubscriptionKind kind,
      String name,
      String url,
      List<String> events,
      SignatureScheme signature,
      State status,
      SubscriptionPaused.@Nullable Cause pausedFor,
      Instant createdAt,
      List<SigningSecretJson> secrets) {
    static SubscriptionJson of(Subscription one, Instant at) {
      var secrets = new ArrayList<SigningSecretJson>();
      secrets.add(SigningSecretJson.of(one.secrets().getLast()));
      one.olderSecretAt(at).map(SigningSecretJson::of).ifPresent(secrets::add);
      return new SubscriptionJson(
          one.id(),
          one.kind(),
          one.name(),
          one.url(),
          one.events(),
          one.signature(),
          one.state(),
          one.pausedFor(),
          one.createdAt(),
          secrets);
    }
  }

  /**
   * @param publicKey {@code null} of a secret that both sides know
   */
  record SigningSecretJson(
      int id, @Nullable String publicKey, Instant createdAt, @Nullable Instant validUntil) {
    static SigningSecretJson of(Secret secret) {
      return new SigningSecretJson(
          secret.id(), secret.publicKey(), secret.createdAt(), secret.validUntil());
    }
  }

  /**
   * @param secret absent where its receiver needs the public key alone
   */
  record Created(
      SubscriptionJson subscription,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {
    @Override
    public String toString() {
      return "[secret of " + subscription.id() + "]";
    }
  }

  record Rotated(
      SubscriptionJson subscription,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret,
      Instant previousValidUntil) {
    @Override
    public String toString() {
      return "[secret of " + subscription.id() + "]";
    }
  }

  record Changed(SubscriptionJson subscription) {}

  private final Ledger ledger;
  private final Answers answers;
  private final FreshSecrets secrets;
  private final Idempotence idempotence;
  private final ReachableAddresses reachable;

  SubscriptionCommands(
      Ledger ledger,
      Answers answers,
      FreshSecrets secrets,
      Idempotence idempotence,
      ReachableAddresses reachable) {
    this.ledger = ledger;
    this.answers = answers;
    this.secrets = secrets;
    this.idempotence = idempotence;
    this.reachable = reachable;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.PERSON)
  ResponseEntity<Created> create(
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String clientKey,
      @RequestBody NewSubscription body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    Issued issued =
        ledger.issue(
            new CreateSubscription(
                id,
                context,
                SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()),
                webhook(Body.required("kind", body.kind())),
                Body.required("name", body.name()),
                fit(Body.required("url", body.url())),
                Body.texts("events", body.events()),
                ofWebhooks(Objects.requireNonNullElse(body.signature(), SignatureScheme.V1)),
                secrets.drawSigning()),
            idempotence.keyOf(clientKey, id, context, "create-subscription", "", body));
    return answers.answer(
        201,
        id,
        issued,
        prefer,
        new Created(SubscriptionJson.of(issued.theSubscription(), issued.at()), revealed(issued)));
  }

  /** What isn't named stays. */
  @PatchMapping("/{subscription}")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> change(
      @PathVariable String subscription,
      @RequestBody Update body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    return changed(
        id,
        prefer,
        new ChangeSubscription(
            id,
            context,
            subscriptionId(subscription),
            body.name(),
            body.url() == null ? null : fit(body.url()),
            body.events() == null ? null : Body.texts("events", body.events())));
  }

  @PostMapping("/{subscription}/rotate-secret")
  @Requires(Requires.PERSON)
  ResponseEntity<Rotated> rotate(
      @PathVariable String subscription,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String clientKey,
      @RequestBody(required = false) @Nullable Rotation body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    Rotation rotation = body == null ? new Rotation(null) : body;
    Duration overlap =
        rotation.overlapSeconds() == null ? null : Duration.ofSeconds(rotation.overlapSeconds());
    Issued issued =
        ledger.issue(
            new RotateSubscriptionSecret(
                id, context, subscriptionId(subscription), overlap, secrets.drawSigning()),
            idempotence.keyOf(
                clientKey, id, context, "rotate-subscription-secret", subscription, rotation));
    Subscription rotated = issued.theSubscription();
    return answers.answer(
        200,
        id,
        issued,
        prefer,
        new Rotated(
            SubscriptionJson.of(rotated, issued.at()),
            revealed(issued),
            Objects.requireNonNull(rotated.secrets().getFirst().validUntil())));
  }

  @PostMapping("/{subscription}/pause")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> pause(
      @PathVariable String subscription,
      @RequestBody(required = false) @Nullable Pause body,
      OrganizationId id,
      CommandContext context,
      Prefer prefer) {
    return changed(
        id,
        prefer,
        new PauseSubscription(
            id, context, subscriptionId(subscription), body == null ? null : body.reason()));
  }

  @PostMapping("/{subscription}/resume")
  @Requires(Requires.PERSON)
  ResponseEntity<Changed> resume(
      @PathVariable String subscription, OrganizationId id, CommandContext context, Prefer prefer) {
    return changed(id, prefer, new ResumeSubscription(id, context, subscriptionId(subscription)));
  }

  @DeleteMapping("/{subscription}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Requires(Requires.PERSON)
  ResponseEntity<Void> remove(
      @PathVariable String subscription, OrganizationId id, CommandContext context, Prefer prefer) {
    Decided decided =
        ledger.execute(new RemoveSubscription(id, context, subscriptionId(subscription)));
    return answers.nothing(id, decided, prefer);
  }

  private ResponseEntity<Changed> changed(
      OrganizationId id, Prefer prefer, SubscriptionCommand command) {
    Decided decided = ledger.execute(command);
    return answers.answer(
        200,
        id,
        decided,
        prefer,
        new Changed(SubscriptionJson.of(decided.theSubscription(), decided.at())));
  }

  /** A stream of security events is made by its receiver, where that is looked for. */
  private static SubscriptionKind webhook(SubscriptionKind kind) {
    if (kind != SubscriptionKind.WEBHOOK) {
      throw Problem.ofField("kind", "webhook").toException();
    }
    return kind;
  }

  private static SignatureScheme ofWebhooks(SignatureScheme scheme) {
    if (scheme == SignatureScheme.RS256) {
      throw Problem.ofField("signature", "v1 or v1a").toException();
    }
    return scheme;
  }

  private String fit(String url) {
    reachable
        .faultOf(url)
        .ifPresent(fault -> {
          throw new InvalidUrl(fault).toException();
        });
    return url;
  }

  private static @Nullable String revealed(Issued issued) {
    return issued.secret() == null ? null : issued.secret().revealSecret();
  }

  /**
   * What is no subscription's id stands for one that none has, so that a caller who may do nothing
   * with them is told that, and any other caller 404.
   */
  private static SubscriptionId subscriptionId(String text) {
    try {
      return new SubscriptionId(text);
    } catch (IllegalArgumentException e) {
      return NOBODYS;
    }
  }
}
