package dev.keyledger.delivery.ssf;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.ssf.StreamLedger.Asking;
import dev.keyledger.delivery.ssf.StreamLedger.Done;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.LeftOut;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.RequestTrace;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a receiver has its stream do: SSF 1.0, sections 8.1.2 to 8.1.4. */
@RestController
@RequestMapping(path = "/v1/ssf", produces = "application/json")
class StreamControls {
  private static final Set<String> STATUSES = Set.of("enabled", "paused", "disabled");
  private static final int LONGEST_STATE = 1_000;
  private static final Pattern KNOWN = Pattern.compile("(?:per|key)_[0-9a-f-]{36}");

  /**
   * @param reason of the change; {@code null} where it isn't known here
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StreamStatus(SubscriptionId streamId, String status, @Nullable String reason) {}

  record NewStatus(@Nullable String streamId, @Nullable String status, @Nullable String reason) {}

  record Verification(@Nullable String streamId, @Nullable String state) {}

  /**
   * @param sub the id of a person or a key, as tokens have it
   */
  record Subject(@Nullable String format, @Nullable String iss, @Nullable String sub) {}

  record OneSubject(
      @Nullable String streamId, @Nullable Subject subject, @Nullable Boolean verified) {}

  private final Receivers receivers;
  private final StreamLedger ledger;
  private final Verifications verifications;
  private final LeftOut leftOut;
  private final SecurityEvents events;

  StreamControls(
      Receivers receivers,
      StreamLedger ledger,
      Verifications verifications,
      LeftOut leftOut,
      SecurityEvents events) {
    this.receivers = receivers;
    this.ledger = ledger;
    this.verifications = verifications;
    this.leftOut = leftOut;
    this.events = events;
  }

  @GetMapping("/status")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<StreamStatus> status(
      Caller caller,
      @RequestParam(name = "stream_id", required = false) @Nullable String streamId) {
    OrganizationId organization = Receivers.reading(caller);
    return answer(200, statusOf(receivers.one(organization, caller, streamId), null));
  }

  /** While it is paused, what comes waits; while it is disabled, it doesn't. */
  @PostMapping("/status")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<StreamStatus> set(Caller caller, @RequestBody NewStatus body, RequestTrace trace) {
    OrganizationId organization = Receivers.managing(caller);
    if (body.status() == null || !STATUSES.contains(body.status())) {
      throw Problem.ofField("status", "enabled, paused or disabled").toException();
    }
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    Done done =
        ledger.set(
            new StreamLedger.WantedStatus(
                organization,
                stream.key().subscription(),
                Asking.of(caller, trace),
                body.status(),
                body.reason()));
    boolean isKnown = ledger.isKnown(organization, done);
    FoldedSubscription now = receivers.one(organization, caller, body.streamId());
    return answer(isKnown ? 200 : 202, statusOf(now, body.reason()));
  }

  private static StreamStatus statusOf(FoldedSubscription stream, @Nullable String reason) {
    String status =
        switch (stream.standing()) {
          case ACTIVE -> "enabled";
          case PAUSED -> "paused";
          case DISABLED, REMOVED -> "disabled";
        };
    return new StreamStatus(stream.key().subscription(), status, reason);
  }

  /** 204: a token with that state comes, once a minute at most. */
  @PostMapping("/verification")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Void> verify(Caller caller, @RequestBody Verification body) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    String state = body.state();
    if (state != null && state.length() > LONGEST_STATE) {
      throw Problem.ofField("state", "At most " + LONGEST_STATE + " characters.").toException();
    }
    verifications.ask(stream.key(), state);
    return ResponseEntity.noContent().cacheControl(CacheControl.noStore()).build();
  }

  /** 200: a stream tells of all subjects but those that were removed from it. */
  @PostMapping("/subjects/add")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Void> add(Caller caller, @RequestBody OneSubject body) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    leftOut.add(stream.key(), subject(body));
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).build();
  }

  /** 204: what happens to it from now on isn't told. */
  @PostMapping("/subjects/remove")
  @Requires(Requires.AUTHENTICATED)
  ResponseEntity<Void> removeSubject(Caller caller, @RequestBody OneSubject body) {
    OrganizationId organization = Receivers.managing(caller);
    FoldedSubscription stream = receivers.one(organization, caller, body.streamId());
    leftOut.remove(stream.key(), subject(body));
    return ResponseEntity.noContent().cacheControl(CacheControl.noStore()).build();
  }

  /**
   * Of whom something could be told; whether there is such a one is nothing to be told here.
   *
   * @throws ProblemException 404 {@code subject_not_found} for any other form
   */
  private String subject(OneSubject body) {
    Subject subject = body.subject();
    if (subject == null || subject.format() == null) {
      throw Problem.ofField("subject", "An iss_sub of this issuer.").toException();
    }
    String sub = subject.sub();
    if ("iss_sub".equals(subject.format())
        && events.issuer().equals(subject.iss())
        && sub != null
        && KNOWN.matcher(sub).matches()) {
      return sub;
    }
    throw Problem.of(404, "subject_not_found", "There is no such subject.").toException();
  }

  private static <T> ResponseEntity<T> answer(int status, T body) {
    return ResponseEntity.status(status).cacheControl(CacheControl.noStore()).body(body);
  }
}
