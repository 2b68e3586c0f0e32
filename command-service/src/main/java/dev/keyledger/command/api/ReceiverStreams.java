package dev.keyledger.command.api;

import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.ClientAddress;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Refusal.InvalidUrl;
import dev.keyledger.command.organization.StreamCommand.ChangeStream;
import dev.keyledger.command.organization.StreamCommand.CreateStream;
import dev.keyledger.command.organization.StreamCommand.RemoveStream;
import dev.keyledger.command.organization.StreamCommand.SetStreamStatus;
import dev.keyledger.command.organization.StreamCommand.Status;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.net.ReachableAddresses;
import dev.keyledger.kit.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What delivery-service has a receiver's stream of security events become, which has shown it who
 * they are. A person is judged by what they may now; a key has to work still.
 */
@RestController
@RequestMapping(path = "/internal/v1/streams", produces = "application/json")
class ReceiverStreams {
  private static final int LONGEST_SHOWN = 2_048;

  /**
   * @param key {@code null} of a person, of whom all else is
   * @param address from which they ask
   */
  record Asking(
      @Nullable KeyId key,
      @Nullable PersonId person,
      @Nullable MemberId member,
      @Nullable SessionId session,
      @Nullable String address,
      @Nullable String requestId) {}

  /**
   * @param shown the authorization header; {@code null} for none
   */
  record NewStream(
      @Nullable OrganizationId organization,
      @Nullable SubscriptionId stream,
      @Nullable Asking by,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<@Nullable String> events,
      @Nullable String shown) {
    @Override
    public String toString() {
      return "[stream]";
    }
  }

  /**
   * @param shown the authorization header, which may be empty; {@code null} to leave it
   */
  record Change(
      @Nullable OrganizationId organization,
      @Nullable SubscriptionId stream,
      @Nullable Asking by,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<@Nullable String> events,
      @Nullable String shown) {
    @Override
    public String toString() {
      return "[stream]";
    }
  }

  record NewStatus(
      @Nullable OrganizationId organization,
      @Nullable SubscriptionId stream,
      @Nullable Asking by,
      @Nullable Status status,
      @Nullable String reason) {}

  record Removal(
      @Nullable OrganizationId organization,
      @Nullable SubscriptionId stream,
      @Nullable Asking by) {}

  /**
   * @param position of the organisation after it
   * @param at when it was decided
   */
  record Answer(long position, Instant at) {
    static Answer of(Decided decided) {
      return new Answer(decided.position(), decided.at());
    }
  }

  private final Ledger ledger;
  private final FreshSecrets secrets;
  private final ReachableAddresses reachable;
  private final Clock clock;

  ReceiverStreams(Ledger ledger, FreshSecrets secrets, ReachableAddresses reachable, Clock clock) {
    this.ledger = ledger;
    this.secrets = secrets;
    this.reachable = reachable;
    this.clock = clock;
  }

  /** 409 {@code stream_exists} for a key that has one, 422 {@code invalid_url}. */
  @PostMapping("/create")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer create(@RequestBody NewStream body) {
    Asking by = Body.required("by", body.by());
    SubscriptionId stream = Body.required("stream", body.stream());
    return Answer.of(
        ledger.execute(
            new CreateStream(
                Body.required("organization", body.organization()),
                context(by),
                stream,
                by.key(),
                Body.required("name", body.name()),
                fit(stream, Body.required("url", body.url())),
                Body.texts("events_requested", body.events()),
                secrets.shown(shown(body.shown() == null ? "" : body.shown())))));
  }

  /** 404 {@code subscription_not_found} for what is another receiver's, 422. */
  @PostMapping("/change")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer change(@RequestBody Change body) {
    Asking by = Body.required("by", body.by());
    SubscriptionId stream = Body.required("stream", body.stream());
    return Answer.of(
        ledger.execute(
            new ChangeStream(
                Body.required("organization", body.organization()),
                context(by),
                stream,
                by.key(),
                body.name(),
                body.url() == null ? null : fit(stream, body.url()),
                body.events() == null ? null : Body.texts("events_requested", body.events()),
                body.shown() == null ? null : secrets.shown(shown(body.shown())))));
  }

  @PostMapping("/status")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer status(@RequestBody NewStatus body) {
    Asking by = Body.required("by", body.by());
    return Answer.of(
        ledger.execute(
            new SetStreamStatus(
                Body.required("organization", body.organization()),
                context(by),
                Body.required("stream", body.stream()),
                by.key(),
                Body.required("status", body.status()),
                body.reason())));
  }

  @PostMapping("/remove")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer remove(@RequestBody Removal body) {
    Asking by = Body.required("by", body.by());
    return Answer.of(
        ledger.execute(
            new RemoveStream(
                Body.required("organization", body.organization()),
                context(by),
                Body.required("stream", body.stream()),
                by.key())));
  }

  private CommandContext context(Asking by) {
    var origin = new Origin(by.requestId(), null, null);
    var address = by.address() == null ? ClientAddress.UNKNOWN : new ClientAddress(by.address());
    Actor actor =
        by.key() != null
            ? Actor.SYSTEM
            : new Actor(
                Actor.Kind.MEMBER,
                Body.required("person", by.person()),
                Body.required("member", by.member()),
                by.session());
    return new CommandContext(actor, origin, clock.instant(), address);
  }

  /** Where it is called, or the path at which its receiver polls. */
  private String fit(SubscriptionId stream, String url) {
    if (!url.equals("/v1/ssf/streams/" + stream + "/poll")) {
      reachable
          .faultOf(url)
          .ifPresent(fault -> {
            throw new InvalidUrl(fault).toException();
          });
    }
    return url;
  }

  private static String shown(String text) {
    if (text.length() > LONGEST_SHOWN || !text.chars().allMatch(one -> one >= ' ' && one <= '~')) {
      throw Problem.ofField(
              "authorization_header",
              "At most " + LONGEST_SHOWN + " visible characters of ASCII, and spaces.")
          .toException();
    }
    return text;
  }
}
