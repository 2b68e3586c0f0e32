package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Issued;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
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
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ShownCollector;
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
      @Nullable SignatureScheme signature,
      @Nullable String token,
      @Nullable String index,
      @Nullable String sourcetype,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable Integer facility,
      @Nullable String ca) {
    @Override
    public String toString() {
      return "[subscription]";
    }
  }

  /** An empty text clears, where a collector may be without. */
  record Update(
      @Nullable String name,
      @Nullable String url,
      @Nullable List<@Nullable String> events,
      @Nullable String token,
      @Nullable String index,
      @Nullable String sourcetype,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable Integer facility,
      @Nullable String ca) {
    @Override
    public String toString() {
      return "[change of a subscription]";
    }
  }

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
      List<SigningSecretJson> secrets,
      @JsonUnwrapped @Nullable ShownCollector collector) {
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
          secrets,
          ShownCollector.of(one.url(), one.collector()));
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
  private final CollectorFields collectors;

  SubscriptionCommands(
      Ledger ledger,
      Answers answers,
      FreshSecrets secrets,
      Idempotence idempotence,
      CollectorFields collectors) {
    this.ledger = ledger;
    this.answers = answers;
    this.secrets = secrets;
    this.idempotence = idempotence;
    this.collectors = collectors;
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
            created(body, id, context),
            idempotence.keyOf(clientKey, id, context, "create-subscription", "", body));
    return answers.answer(
        201,
        id,
        issued,
        prefer,
        new Created(SubscriptionJson.of(issued.theSubscription(), issued.at()), revealed(issued)));
  }

  private CreateSubscription created(
      NewSubscription body, OrganizationId id, CommandContext context) {
    SubscriptionKind kind = byMembers(Body.required("kind", body.kind()));
    mustBeOfItsKind(kind, body);
    var subscription = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    String name = Body.required("name", body.name());
    if (!kind.isCollector()) {
      return new CreateSubscription(
          id,
          context,
          subscription,
          kind,
          name,
          collectors.url(Body.required("url", body.url())),
          Body.texts("events", body.events()),
          ofWebhooks(Objects.requireNonNullElse(body.signature(), SignatureScheme.V1)),
          secrets.drawSigning());
    }
    boolean isSyslog = kind == SubscriptionKind.SYSLOG;
    return new CreateSubscription(
        id,
        context,
        subscription,
        kind,
        name,
        isSyslog
            ? collectors.syslog(Body.required("host", body.host()), body.port())
            : collectors.url(Body.required("url", body.url())),
        body.events() == null ? List.of("*") : Body.texts("events", body.events()),
        SignatureScheme.NONE,
        isSyslog ? collectors.noToken() : collectors.token(Body.required("token", body.token())),
        collectors.settings(body));
  }

  /** Of what a command has no field for, which would be passed over without a word. */
  private static void mustBeOfItsKind(SubscriptionKind kind, NewSubscription body) {
    boolean isWebhook = kind == SubscriptionKind.WEBHOOK;
    boolean isSplunk = kind == SubscriptionKind.SPLUNK_HEC;
    boolean isSyslog = kind == SubscriptionKind.SYSLOG;
    mustNotBe("url", body.url(), isSyslog);
    mustNotBe("signature", body.signature(), !isWebhook);
    mustNotBe("token", body.token(), !isSplunk);
    mustNotBe("index", body.index(), !isSplunk);
    mustNotBe("sourcetype", body.sourcetype(), !isSplunk);
    mustNotBe("host", body.host(), !isSyslog);
    mustNotBe("port", body.port(), !isSyslog);
    mustNotBe("facility", body.facility(), !isSyslog);
    mustNotBe("ca", body.ca(), !isSyslog);
  }

  private static void mustNotBe(String field, @Nullable Object value, boolean isOfAnother) {
    if (value != null && isOfAnother) {
      throw Problem.ofField(field, "Subscriptions of that kind have no such field.").toException();
    }
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
            url(body),
            body.events() == null ? null : Body.texts("events", body.events()),
            collectors.change(body)));
  }

  private @Nullable String url(Update body) {
    if (body.host() != null) {
      mustNotBe("url", body.url(), true);
      return collectors.syslog(body.host(), body.port());
    }
    if (body.port() != null) {
      throw Problem.ofField("host", "A port is named with its host.").toException();
    }
    return body.url() == null ? null : collectors.url(body.url());
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
  private static SubscriptionKind byMembers(SubscriptionKind kind) {
    if (kind == SubscriptionKind.SSF) {
      throw Problem.ofField("kind", "webhook, splunk_hec or syslog").toException();
    }
    return kind;
  }

  private static SignatureScheme ofWebhooks(SignatureScheme scheme) {
    if (scheme != SignatureScheme.V1 && scheme != SignatureScheme.V1A) {
      throw Problem.ofField("signature", "v1 or v1a").toException();
    }
    return scheme;
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
