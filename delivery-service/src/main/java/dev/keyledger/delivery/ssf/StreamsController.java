package dev.keyledger.delivery.ssf;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.ssf.StreamLedger.Asking;
import dev.keyledger.delivery.ssf.StreamLedger.Done;
import dev.keyledger.delivery.ssf.StreamLedger.Wanted;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Streams of security events, for their receivers: SSF 1.0, section 8.1.1. */
@RestController
@RequestMapping(path = "/v1/ssf/streams", produces = "application/json")
class StreamsController {
  private static final String UNNAMED = "Shared Signals receiver";

  /**
   * @param endpointUrl of the receiver, where it is pushed to
   * @param authorizationHeader what the receiver is shown with each token, as it is sent
   */
  record Delivering(
      @Nullable String method, @Nullable String endpointUrl, @Nullable String authorizationHeader) {
    @Override
    public String toString() {
      return "[delivery]";
    }
  }

  /** What a receiver asks for; what is the transmitter's to say may be repeated as it stands. */
  record Asked(
      @Nullable String streamId,
      @Nullable String iss,
      @Nullable String aud,
      @Nullable List<@Nullable String> eventsSupported,
      @Nullable List<@Nullable String> eventsRequested,
      @Nullable List<@Nullable String> eventsDelivered,
      @Nullable Delivering delivery,
      @Nullable Long minVerificationInterval,
      @Nullable String description) {}

  private final Receivers receivers;
  private final StreamLedger ledger;
  private final SecurityEvents events;

  StreamsController(Receivers receivers, StreamLedger ledger, SecurityEvents events) {
    this.receivers = receivers;
    this.ledger = ledger;
    this.events = events;
  }

  /**
   * 201. Without {@code delivery} its receiver polls; without {@code events_requested} it is told
   * of all that there are. 409 {@code stream_exists} for a key that has one.
   */
  @PostMapping
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<StreamJson> create(Caller caller, @RequestBody Asked body, RequestTrace trace) {
    OrganizationId organization = Receivers.managing(caller);
    mustNotSay("stream_id", body.streamId());
    var id = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    List<String> wanted = Objects.requireNonNullElse(types(body), SecurityEvents.SUPPORTED);
    String name = Objects.requireNonNullElse(body.description(), UNNAMED);
    String url = url(body.delivery(), id);
    Done done =
        ledger.create(
            new Wanted(
                organization,
                id,
                Asking.of(caller, trace),
                name,
                url,
                wanted,
                shown(body.delivery())));
    var unused = ledger.isKnown(organization, done);
    var state =
        new SubscriptionState(name, url, wanted, SignatureScheme.RS256, caller.key(), done.at());
    return ResponseEntity.status(201)
        .cacheControl(CacheControl.noStore())
        .body(StreamJson.of(id, state, events));
  }

  /**
   * One, or all of the receiver's as a list.
   *
   * @param streamId 404 {@code subscription_not_found} for what is no stream of theirs
   */
  @GetMapping
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Object> read(
      Caller caller,
      @RequestParam(name = "stream_id", required = false) @Nullable String streamId) {
    OrganizationId organization = Receivers.reading(caller);
    Object found =
        streamId == null
            ? receivers.all(organization, caller).stream()
                .map(one -> StreamJson.of(one, events))
                .toList()
            : StreamJson.of(receivers.one(organization, caller, streamId), events);
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(found);
  }

  /** What isn't named stays; a delivery that is named is another one as a whole. */
  @PatchMapping
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<StreamJson> change(Caller caller, @RequestBody Asked body, RequestTrace trace) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    SubscriptionId id = stream.key().subscription();
    boolean delivers = body.delivery() != null;
    return changed(
        caller,
        stream,
        body,
        new Wanted(
            organization,
            id,
            Asking.of(caller, trace),
            body.description(),
            delivers ? url(body.delivery(), id) : null,
            types(body),
            delivers ? shownAfter(stream, body.delivery()) : null));
  }

  /** What isn't named is as it would be of a new one. */
  @PutMapping
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<StreamJson> replace(Caller caller, @RequestBody Asked body, RequestTrace trace) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    SubscriptionId id = stream.key().subscription();
    return changed(
        caller,
        stream,
        body,
        new Wanted(
            organization,
            id,
            Asking.of(caller, trace),
            Objects.requireNonNullElse(body.description(), UNNAMED),
            url(body.delivery(), id),
            Objects.requireNonNullElse(types(body), SecurityEvents.SUPPORTED),
            shownAfter(stream, body.delivery())));
  }

  /** 200, or 202 while what was decided isn't known here: then it comes to be so. */
  private ResponseEntity<StreamJson> changed(
      Caller caller, FoldedSubscription stream, Asked body, Wanted wanted) {
    StreamJson before = StreamJson.of(stream, events);
    mustBe("iss", body.iss(), before.iss());
    mustBe("aud", body.aud(), before.aud());
    Done done = ledger.change(wanted);
    boolean isKnown = ledger.isKnown(wanted.organization(), done);
    FoldedSubscription now = receivers.one(wanted.organization(), caller, wanted.stream().value());
    return ResponseEntity.status(isKnown ? 200 : 202)
        .cacheControl(CacheControl.noStore())
        .body(StreamJson.of(now, events));
  }

  /** 204. Nothing more is told, and what waits is dropped. */
  @DeleteMapping
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Void> remove(
      Caller caller,
      @RequestParam(name = "stream_id", required = false) @Nullable String streamId,
      RequestTrace trace) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, streamId);
    Done done =
        ledger.remove(
            new StreamLedger.Unwanted(
                organization, stream.key().subscription(), Asking.of(caller, trace)));
    var unused = ledger.isKnown(organization, done);
    return ResponseEntity.noContent().build();
  }

  private static @Nullable List<String> types(Asked body) {
    List<@Nullable String> types = body.eventsRequested();
    if (types == null) {
      return null;
    }
    if (types.stream().anyMatch(Objects::isNull)) {
      throw Problem.ofField("events_requested", "A list of texts has no null in it.").toException();
    }
    return types.stream().map(Objects::requireNonNull).toList();
  }

  private static String url(@Nullable Delivering delivery, SubscriptionId id) {
    if (delivery == null) {
      return StreamJson.pollPath(id);
    }
    return switch (String.valueOf(delivery.method())) {
      case StreamJson.PUSH -> {
        if (delivery.endpointUrl() == null || delivery.endpointUrl().startsWith("/")) {
          throw Problem.ofField("endpoint_url", "Where it is to be pushed to.").toException();
        }
        yield delivery.endpointUrl();
      }
      case StreamJson.POLL -> {
        if (delivery.authorizationHeader() != null) {
          throw Problem.ofField("authorization_header", "Who polls is shown nothing.")
              .toException();
        }
        yield StreamJson.pollPath(id);
      }
      default ->
          throw Problem.ofField("method", StreamJson.PUSH + " or " + StreamJson.POLL).toException();
    };
  }

  /**
   * What isn't shown when it is read can't be repeated either: at the same place it stays. At
   * another one it is nobody's to see.
   *
   * @return {@code null} to leave it
   */
  private static @Nullable String shownAfter(
      FoldedSubscription stream, @Nullable Delivering delivery) {
    String named = shown(delivery);
    boolean stays = url(delivery, stream.key().subscription()).equals(stream.state().url());
    return named != null ? named : stays ? null : "";
  }

  private static @Nullable String shown(@Nullable Delivering delivery) {
    return delivery == null ? null : delivery.authorizationHeader();
  }

  private static void mustNotSay(String field, @Nullable String value) {
    if (value != null) {
      throw Problem.ofField(field, "That is the transmitter's to say.").toException();
    }
  }

  private static void mustBe(String field, @Nullable String value, String expected) {
    if (value != null && !value.equals(expected)) {
      throw Problem.ofField(field, "It can't be changed.").toException();
    }
  }
}
