package dev.keyledger.events;

import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of which there are millions, read in one pass where they stand as {@link
 * EventCodec#encode(LedgerEvent)} writes them. It reads an event as the codec would, or leaves it
 * to the codec, and refuses nothing itself.
 */
final class PlainEvents {
  private static final byte[] ORGANIZATION = PlainJson.name("organization");
  private static final byte[] POSITION = PlainJson.name("position");
  private static final byte[] ID = PlainJson.name("id");
  private static final byte[] TYPE = PlainJson.name("type");
  private static final byte[] ACTOR = PlainJson.name("actor");
  private static final byte[] ORIGIN = PlainJson.name("origin");
  private static final byte[] DATA = PlainJson.name("data");
  private static final byte[] KIND = PlainJson.name("kind");
  private static final byte[] PERSON = PlainJson.name("person");
  private static final byte[] MEMBER = PlainJson.name("member");
  private static final byte[] SESSION = PlainJson.name("session");
  private static final byte[] REQUEST_ID = PlainJson.name("request_id");
  private static final byte[] ADDRESS = PlainJson.name("address");
  private static final byte[] TRACEPARENT = PlainJson.name("traceparent");
  private static final byte[] USER_AGENT = PlainJson.name("user_agent");
  private static final byte[] CAUSE = PlainJson.name("cause");
  private static final byte[] NAME = PlainJson.name("name");
  private static final byte[] EVENT = PlainJson.name("event");
  private static final byte[] CIPHERTEXT = PlainJson.name("ciphertext");
  private static final byte[] KEY = PlainJson.name("key");
  private static final byte[] ENVIRONMENT = PlainJson.name("environment");
  private static final byte[] SCOPES = PlainJson.name("scopes");
  private static final byte[] CREATED_BY = PlainJson.name("created_by");
  private static final byte[] SECRET = PlainJson.name("secret");
  private static final byte[] PREFIX = PlainJson.name("prefix");
  private static final byte[] VERIFIER = PlainJson.name("verifier");
  private static final byte[] COMMITMENT = PlainJson.name("commitment");
  private static final byte[] CREATED_AT = PlainJson.name("created_at");
  private static final byte[] EXPIRES_AT = PlainJson.name("expires_at");
  private static final byte[] PREVIOUS_VALID_UNTIL = PlainJson.name("previous_valid_until");
  private static final byte[] ENDED_PREFIX = PlainJson.name("ended_prefix");
  private static final byte[] EFFECTIVE_AT = PlainJson.name("effective_at");
  private static final byte[] BEFORE = PlainJson.name("before");
  private static final byte[] AFTER = PlainJson.name("after");
  private static final byte[] REASON = PlainJson.name("reason");
  private static final byte[] COMPROMISED_SINCE = PlainJson.name("compromised_since");
  private static final byte[] EMAIL = PlainJson.name("email");
  private static final byte[] ROLE = PlainJson.name("role");
  private static final byte[] AT = PlainJson.name("at");

  private static final PlainWords<Actor.Kind> ACTORS = PlainWords.of(Actor.Kind.values());
  private static final PlainWords<EventCause.Kind> CAUSES = PlainWords.of(EventCause.Kind.values());
  private static final PlainWords<KeyRevoked.Cause> REVOCATIONS =
      PlainWords.of(KeyRevoked.Cause.values());
  private static final PlainWords<Role> ROLES = PlainWords.of(Role.values());
  private static final PlainWords<String> TYPES =
      PlainWords.of(
          "key.created",
          "key.rotated",
          "key.rotation_completed",
          "key.scopes_narrowed",
          "key.renamed",
          "key.revoked",
          "key.expired",
          "member.added",
          "member.role_changed",
          "member.removed");

  /** Those that this thread read last, which the next event is likely to have too. */
  private static final class Ids {
    private final PlainId<OrganizationId> organization = new PlainId<>(OrganizationId::new);
    private final PlainId<PersonId> person = new PlainId<>(PersonId::new);
    private final PlainId<MemberId> member = new PlainId<>(MemberId::new);
    private final PlainId<SessionId> session = new PlainId<>(SessionId::new);
    private final PlainId<KeyId> key = new PlainId<>(KeyId::new);
  }

  private static final ThreadLocal<Ids> LAST = ThreadLocal.withInitial(Ids::new);

  private final PlainJson json;
  private final Ids ids = LAST.get();

  private PlainEvents(byte[] bytes) {
    json = new PlainJson(bytes);
  }

  /**
   * @return {@code null} for what has to be read by the whole codec
   */
  static @Nullable LedgerEvent read(byte[] bytes) {
    try {
      return new PlainEvents(bytes).event();
    } catch (PlainJson.NotPlain | IllegalArgumentException e) {
      return null;
    }
  }

  private @Nullable LedgerEvent event() {
    json.open();
    json.need(ORGANIZATION);
    var organization = ids.organization.next(json);
    json.need(POSITION);
    long position = json.whole();
    json.need(ID);
    var id = new EventId(json.text());
    json.need(TYPE);
    String type = TYPES.next(json);
    if (type == null) {
      return null;
    }
    json.need(ACTOR);
    Actor actor = actor();
    json.need(ORIGIN);
    Origin origin = origin();
    json.need(DATA);
    json.open();
    OrganizationEvent event = data(type);
    if (event == null) {
      return null;
    }
    json.close();
    json.close();
    json.end();
    return new LedgerEvent(organization, position, id, actor, origin, event);
  }

  private Actor actor() {
    json.open();
    json.need(KIND);
    Actor.Kind kind = one(ACTORS);
    PersonId person = json.has(PERSON) ? ids.person.next(json) : null;
    MemberId member = json.has(MEMBER) ? ids.member.next(json) : null;
    SessionId session = json.has(SESSION) ? ids.session.next(json) : null;
    json.close();
    return new Actor(kind, person, member, session);
  }

  private Origin origin() {
    json.open();
    String requestId = json.has(REQUEST_ID) ? json.text() : null;
    SealedText address = json.has(ADDRESS) ? sealed() : null;
    String traceparent = json.has(TRACEPARENT) ? json.text() : null;
    SealedText userAgent = json.has(USER_AGENT) ? sealed() : null;
    EventCause cause = json.has(CAUSE) ? cause() : null;
    json.close();
    return new Origin(requestId, address, traceparent, userAgent, cause);
  }

  private SealedText sealed() {
    json.open();
    json.need(PERSON);
    var person = ids.person.next(json);
    json.need(CIPHERTEXT);
    String ciphertext = json.text();
    json.close();
    return new SealedText(person, ciphertext);
  }

  private EventCause cause() {
    json.open();
    json.need(KIND);
    EventCause.Kind kind = one(CAUSES);
    json.need(NAME);
    String name = json.text();
    EventId event = json.has(EVENT) ? new EventId(json.text()) : null;
    Long position = json.has(POSITION) ? json.whole() : null;
    json.close();
    return new EventCause(kind, name, event, position);
  }

  private @Nullable OrganizationEvent data(String type) {
    return switch (type) {
      case "key.created" -> created();
      case "key.rotated" -> new KeyRotated(key(), secret(), instantIf(PREVIOUS_VALID_UNTIL), at());
      case "key.rotation_completed" ->
          new RotationCompleted(key(), text(ENDED_PREFIX), instant(EFFECTIVE_AT), at());
      case "key.scopes_narrowed" -> new KeyScopesNarrowed(key(), texts(BEFORE), texts(AFTER), at());
      case "key.renamed" -> new KeyRenamed(key(), text(BEFORE), text(AFTER), at());
      case "key.revoked" -> revoked();
      case "key.expired" -> new KeyExpired(key(), instant(EFFECTIVE_AT), at());
      case "member.added" -> added();
      case "member.role_changed" ->
          new MemberRoleChanged(member(), role(BEFORE), role(AFTER), at());
      case "member.removed" -> new MemberRemoved(member(), role(BEFORE), at());
      default -> null;
    };
  }

  private KeyCreated created() {
    KeyId key = key();
    String name = text(NAME);
    String environment = text(ENVIRONMENT);
    List<String> scopes = texts(SCOPES);
    MemberId createdBy = json.has(CREATED_BY) ? ids.member.next(json) : null;
    return new KeyCreated(
        key, name, environment, scopes, createdBy, secret(), instantIf(EXPIRES_AT), at());
  }

  private KeyRevoked revoked() {
    KeyId key = key();
    json.need(CAUSE);
    KeyRevoked.Cause cause = one(REVOCATIONS);
    String reason = json.has(REASON) ? json.text() : null;
    return new KeyRevoked(key, cause, reason, instantIf(COMPROMISED_SINCE), at());
  }

  private MemberAdded added() {
    MemberId member = member();
    json.need(PERSON);
    var person = ids.person.next(json);
    json.need(EMAIL);
    SealedText email = sealed();
    return new MemberAdded(member, person, email, role(ROLE), at());
  }

  private IssuedSecret secret() {
    json.need(SECRET);
    json.open();
    String prefix = text(PREFIX);
    String verifier = json.has(VERIFIER) ? json.text() : null;
    Instant createdAt = instant(CREATED_AT);
    String commitment = json.has(COMMITMENT) ? json.text() : null;
    json.close();
    return new IssuedSecret(prefix, verifier, createdAt, commitment);
  }

  private KeyId key() {
    json.need(KEY);
    return ids.key.next(json);
  }

  private MemberId member() {
    json.need(MEMBER);
    return ids.member.next(json);
  }

  private Role role(byte[] name) {
    json.need(name);
    return one(ROLES);
  }

  private Instant at() {
    return instant(AT);
  }

  private Instant instant(byte[] name) {
    json.need(name);
    return json.instant();
  }

  private @Nullable Instant instantIf(byte[] name) {
    return json.has(name) ? json.instant() : null;
  }

  private String text(byte[] name) {
    json.need(name);
    return json.text();
  }

  private List<String> texts(byte[] name) {
    json.need(name);
    return json.texts();
  }

  private <E extends Enum<E>> E one(PlainWords<E> words) {
    E value = words.next(json);
    if (value == null) {
      throw new IllegalArgumentException("written otherwise, or of a later release");
    }
    return value;
  }
}
