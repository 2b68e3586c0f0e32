package dev.keyledger.delivery.set;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.id.SubscriptionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens, in the words of CAEP 1.0. Of people and keys their ids alone, as the tokens have
 * them: no address, no name, and no word that a member wrote.
 */
@Component
public final class SecurityEvents {
  /** The types that there are, as a receiver may ask for them. */
  public static final List<String> SUPPORTED =
      List.of(SecurityEvent.SESSION_REVOKED, SecurityEvent.CREDENTIAL_CHANGE);

  private static final String ADMIN = "admin";
  private static final String POLICY = "policy";
  private static final String SYSTEM = "system";
  private static final String USER = "user";
  private static final String SWITCHED = "switched";
  private static final Set<String> BY_PERSON =
      Set.of("signed_out", "ended_by_person", "password_changed");

  private final String issuer;

  SecurityEvents(@Value("${keyledger.issuer:http://localhost:8080}") String issuer) {
    this.issuer = issuer;
  }

  /** Whose word it is: the platform's base URL. */
  public String issuer() {
    return issuer;
  }

  /** Empty for what no receiver of security events is told of. */
  public static Optional<SecurityEvent> of(LedgerEvent event) {
    if (!(event.event() instanceof KeyEvent key)) {
      return Optional.empty();
    }
    return change(key)
        .map(change -> {
          var payload = new TreeMap<String, Object>();
          payload.put("change_type", change.type());
          payload.put("credential_type", "api-key");
          payload.put("initiating_entity", initiatedBy(key, event.actor()));
          payload.put("reason_admin", Map.of("en", change.reason()));
          payload.put("event_timestamp", change.at().getEpochSecond());
          return new SecurityEvent(
              SecurityEvent.CREDENTIAL_CHANGE,
              key.key().value(),
              event.id().value(),
              payload,
              key.at());
        });
  }

  /**
   * What a stream's receiver is told of its stream, where they didn't ask for it themselves. A
   * member's words aren't in it.
   */
  public static Optional<SecurityEvent> ofStream(LedgerEvent event) {
    if (event.actor().kind() == Actor.Kind.SYSTEM) {
      return Optional.empty();
    }
    Optional<String> status =
        switch (event.event()) {
          case SubscriptionPaused e ->
              Optional.of(e.cause() == SubscriptionPaused.Cause.DISABLED ? "disabled" : "paused");
          case SubscriptionResumed e -> Optional.of("enabled");
          default -> Optional.empty();
        };
    return status.map(one ->
        new SecurityEvent(
            SecurityEvent.STREAM_UPDATED,
            null,
            event.id().value(),
            Map.of("status", one),
            event.event().at()));
  }

  /**
   * Empty for all but a person's session that has ended in an organisation, and not since they went
   * on in another one.
   */
  public static Optional<SecurityEvent> of(Activity activity) {
    SessionId session = activity.session();
    String code = activity.code();
    if (activity.kind() != Activity.Kind.SESSION_ENDED
        || activity.organization() == null
        || activity.person() == null
        || session == null
        || SWITCHED.equals(code)) {
      return Optional.empty();
    }
    var payload = new TreeMap<String, Object>();
    payload.put("session", Map.of("format", "opaque", "id", session.value()));
    payload.put("initiating_entity", code != null && BY_PERSON.contains(code) ? USER : SYSTEM);
    payload.put("reason_admin", Map.of("en", "The session has ended: " + why(code)));
    payload.put("event_timestamp", activity.at().getEpochSecond());
    return Optional.of(
        new SecurityEvent(
            SecurityEvent.SESSION_REVOKED,
            activity.person().value(),
            activity.id().value(),
            payload,
            activity.at()));
  }

  private static String why(@Nullable String code) {
    return code == null ? "it was ended." : code.replace('_', ' ') + ".";
  }

  /**
   * @param at when it came to be so, however late it is recorded
   */
  private record Change(String type, String reason, Instant at) {}

  private static Optional<Change> change(KeyEvent event) {
    Instant at = event.at();
    return switch (event) {
      case KeyCreated e -> changed("create", "The API key was made.", at);
      case KeyRotated e -> changed("update", "The API key has a new secret.", at);
      case RotationCompleted e ->
          changed("update", "The API key's older secret has ended.", e.effectiveAt());
      case RotationRolledBack e ->
          changed("update", "The API key's newer secret has ended: the older one works on.", at);
      case KeyScopesNarrowed e -> changed("update", "The API key may do less.", at);
      // A receiver that knows no rest has to stop honouring it all the same.
      case KeySuspended e -> changed("revoke", "The API key is suspended for a while.", at);
      case KeyResumed e ->
          changed("update", "The API key's suspension is over: it works again.", e.effectiveAt());
      case KeyRevoked e -> changed("revoke", why(e.cause()), at);
      case KeyExpired e -> changed("revoke", "The API key has expired.", e.effectiveAt());
      // What the key may do stays as it is, or an event behind it says so.
      case KeyRenamed e -> Optional.empty();
      case KeyLeaked e -> Optional.empty();
      case KeyEndingSoon e -> Optional.empty();
    };
  }

  private static Optional<Change> changed(String type, String reason, Instant at) {
    return Optional.of(new Change(type, reason, at));
  }

  private static String why(KeyRevoked.Cause cause) {
    return switch (cause) {
      case REQUESTED -> "The API key was revoked.";
      case MEMBER_REMOVED -> "The API key was revoked: its member was removed.";
      case WENT_LIVE -> "The API key was revoked: the organization went live.";
      case LEAKED -> "The API key was revoked: its secret had leaked.";
    };
  }

  private static String initiatedBy(KeyEvent event, Actor actor) {
    if (event instanceof KeyRevoked e && e.cause() != KeyRevoked.Cause.REQUESTED) {
      return POLICY;
    }
    return actor.kind() == Actor.Kind.SYSTEM ? SYSTEM : ADMIN;
  }

  /**
   * The claims of a token (RFC 8417) for one stream, which it is signed over whenever it is sent.
   */
  public byte[] claims(SecurityEvent event, SubscriptionId stream) {
    ObjectNode claims = EventCodec.mapper().createObjectNode();
    claims.put("iss", issuer);
    claims.put("aud", audience(stream));
    claims.put("iat", event.at().getEpochSecond());
    claims.put("jti", SetId.of(event.source(), stream));
    claims.put("txn", event.source());
    ObjectNode subject = claims.putObject("sub_id");
    if (event.subject() == null) {
      subject.put("format", "opaque").put("id", stream.value());
    } else {
      subject.put("format", "iss_sub").put("iss", issuer).put("sub", event.subject());
    }
    claims.putObject("events").set(event.type(), EventCodec.mapper().valueToTree(event.payload()));
    return claims.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whom it is for: one stream's receiver, who takes no other's. */
  public String audience(SubscriptionId stream) {
    return issuer + "/v1/ssf/streams/" + stream;
  }
}
