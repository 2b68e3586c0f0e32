package dev.keyledger.testing;

import com.github.f4b6a3.uuid.UuidCreator;
import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The internal endpoints of token-service that other services ask: people's data keys, invitations
 * and sessions. A person who is asked about has a key, unless erased; a session is alive, unless
 * ended; nothing is told without a token.
 */
public final class FakeTokenService implements AutoCloseable {
  private static final String INVITATIONS = "/internal/v1/invitations";
  private static final String AGAIN = "/internal/v1/invitations/again";
  private static final String INVITEE = "/internal/v1/invitations/invitee";
  private static final String AGAIN_CHECK = "/internal/v1/invitations/again/check";
  private static final String ACCEPTED = "/internal/v1/memberships/accepted";
  private static final String KEY_USES = "/internal/v1/keys/uses";
  private static final String KEY_USAGE = "/internal/v1/keys/usage";
  private static final String KEY_EXPOSURE = "/internal/v1/keys/exposure";
  private static final String OF_SECRETS = "/internal/v1/keys/of-secrets";
  private static final String LEAK_LETTERS = "/internal/v1/people/leak-letters";
  private static final int MOST_AT_ONCE = 100;
  private static final String ENDING_LETTERS = "/internal/v1/people/ending-letters";
  private static final String WHOLE = "/internal/v1/revocations/whole";
  private static final String DATA_KEYS = "/internal/v1/people/data-keys";
  private static final String ERASURES = "/internal/v1/people/erasures";
  private static final String ERASURES_CHECK = "/internal/v1/people/erasures/check";
  private static final String SESSIONS = "/internal/v1/sessions/standing";

  private static final String USED_ONCE =
      """
      {"since":"2026-10-29","today":1,"week":1,"all":1,"place_count":1,"places":[
        {"network":{"name":"203.0.113.0/24"},"kind":"network","today":1,"week":1,"all":1,"last_used_on":"2026-11-26"}],
      "refresh_tokens":0}
      """;

  private static final String EXPOSED_ONCE =
      """
      {"known_from":"2026-10-29","uses":1,"place_count":1,"places":[
        {"network":{"name":"203.0.113.0/24"},"kind":"network","uses":1,"first_used_on":"2026-11-26",
         "last_used_on":"2026-11-26"}],
      "refresh_tokens":0,"listed_tokens":0}
      """;

  private final StubServer server = new StubServer();
  private final Map<String, PersonId> people = new ConcurrentHashMap<>();
  private final Map<PersonId, byte[]> keys = new ConcurrentHashMap<>();
  private final Set<PersonId> erased = ConcurrentHashMap.newKeySet();
  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final List<String> toldOfLeaks = new CopyOnWriteArrayList<>();
  private final List<String> toldOfEnds = new CopyOnWriteArrayList<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> endedSessions = ConcurrentHashMap.newKeySet();
  private final SecureRandom random = new SecureRandom();
  private volatile boolean away;
  private volatile boolean hidesSecrets;
  private volatile boolean mails;
  private volatile boolean erasesNoMore;
  private volatile @Nullable KafkaSettings kafka;

  public FakeTokenService() {
    server.answerByBody(this::answer);
  }

  public String url() {
    return server.url();
  }

  /** Whether it refuses whatever it is asked. */
  public void away(boolean away) {
    this.away = away;
  }

  /** How often it has been asked for keys. */
  public long questions() {
    return count(DATA_KEYS);
  }

  /** How often it has been asked to invite. */
  public long invitations() {
    return count(INVITATIONS);
  }

  /** How often it has been asked to invite somebody once more. */
  public long invitationsAgain() {
    return count(AGAIN);
  }

  /** How many persons have come to be. */
  public int people() {
    return people.size();
  }

  private long count(String path) {
    return server.asked().stream().filter(asked -> asked.uri().getPath().equals(path)).count();
  }

  public PersonId personOf(String email) {
    return people.computeIfAbsent(email, e -> PersonId.of(UuidCreator.getTimeOrderedEpoch()));
  }

  /**
   * @throws java.util.NoSuchElementException for nobody
   */
  public String emailOf(String person) {
    return people.entrySet().stream()
        .filter(known -> known.getValue().value().equals(person))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  public PersonKey keyOf(PersonId person) {
    return new PersonKey(person, keys.computeIfAbsent(person, p -> material()));
  }

  public SealedText seal(PersonId person, String text) {
    return keyOf(person).seal(text, random);
  }

  public void erase(PersonId person) {
    erased.add(person);
    keys.remove(person);
  }

  public boolean isErased(PersonId person) {
    return erased.contains(person);
  }

  /** Whether it knows persons, and erases none. */
  public void erasesNoMore(boolean erasesNoMore) {
    this.erasesNoMore = erasesNoMore;
  }

  /** As an invitation that was accepted does. */
  public void accept(MemberId member) {
    accepted.add(member.value());
  }

  /** Whether invitations go by mail, so that no token is told. */
  public void mails(boolean mails) {
    this.mails = mails;
  }

  /**
   * It knows whose that secret is.
   *
   * @param verifier base64url
   */
  public void knowSecret(String verifier, String organization, String key) {
    secrets.put(
        verifier,
        """
        {"verifier":"%s","organization":"%s","key":"%s","live":true}
        """
            .formatted(verifier, organization, key));
  }

  /** Whether it can't tell of every secret whose it is. */
  public void hidesSecrets(boolean hidesSecrets) {
    this.hidesSecrets = hidesSecrets;
  }

  /** Ids of those who were told of a leak, once for each time. */
  public List<String> toldOfLeaks() {
    return List.copyOf(toldOfLeaks);
  }

  /** Slug, person and days of each letter that was put of keys that end soon. */
  public List<String> toldOfEnds() {
    return List.copyOf(toldOfEnds);
  }

  /** As signing out does. */
  public void endSession(String session) {
    endedSessions.add(session);
  }

  /** That cluster's topic of revocations is whole, as far as this knows. */
  public void vouchFor(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  private @Nullable String whole() {
    KafkaSettings known = kafka;
    if (known == null) {
      return null;
    }
    try (Admin admin = known.admin()) {
      TopicMark mark =
          TopicMark.ask(admin, List.of(Topics.REVOCATIONS)).join().get(Topics.REVOCATIONS);
      return mark == null ? null : EventCodec.mapper().writeValueAsString(mark);
    }
  }

  private byte[] material() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  private void answer(StubServer.Asked asked, HttpExchange exchange) throws IOException {
    JsonNode body = EventCodec.mapper().readTree(asked.body());
    String token = asked.headers().getFirst("Authorization");
    String answer =
        switch (asked.uri().getPath()) {
          case INVITATIONS -> invitation(body.path("email").asString(""));
          case INVITEE -> invitee(body.path("email").asString(""));
          case AGAIN_CHECK -> accepted.contains(body.path("member").asString("")) ? null : "{}";
          case AGAIN -> again(body.path("member").asString(""));
          case ACCEPTED -> accepted(body.path("members"));
          case DATA_KEYS -> dataKeys(body.path("people"));
          case ERASURES_CHECK -> "{\"known\":%s}".formatted(isKnown(body));
          case ERASURES -> erasesNoMore ? null : erasure(body);
          case WHOLE -> whole();
          case KEY_USES -> keyUses(body);
          case KEY_USAGE -> USED_ONCE;
          case KEY_EXPOSURE -> EXPOSED_ONCE;
          case OF_SECRETS -> ofSecrets(body);
          case LEAK_LETTERS -> leakLetters(body);
          case ENDING_LETTERS -> endingLetters(body);
          case SESSIONS ->
              "{\"alive\":%s}"
                  .formatted(!endedSessions.contains(body.path("session").asString("")));
          default -> null;
        };
    if (away || token == null || !token.startsWith("Bearer ey")) {
      StubServer.answerJson(exchange, 401, "{}");
    } else if (answer == null) {
      StubServer.answerJson(exchange, asked.uri().getPath().startsWith(AGAIN) ? 409 : 422, "{}");
    } else {
      StubServer.answerJson(exchange, 200, answer);
    }
  }

  private @Nullable String invitation(String email) {
    if (!email.contains("@")) {
      return null;
    }
    PersonId person = personOf(email);
    return """
    {"person":"%s","sealed_email":{"person":"%s","ciphertext":"%s"}%s}
    """
        .formatted(person, person, seal(person, email).ciphertext(), token(","));
  }

  private @Nullable String invitee(String email) {
    if (!email.contains("@")) {
      return null;
    }
    PersonId known = people.get(email);
    return known == null ? "{}" : "{\"person\":\"%s\"}".formatted(known);
  }

  private String token(String separator) {
    return mails
        ? ""
        : "%s\"invitation_token\":\"inv_%s\""
            .formatted(separator, UuidCreator.getTimeOrderedEpoch());
  }

  private @Nullable String again(String member) {
    return accepted.contains(member) ? null : "{%s}".formatted(token(""));
  }

  private String accepted(JsonNode asked) {
    var answer = EventCodec.mapper().createObjectNode();
    var items = answer.putArray("accepted");
    for (JsonNode each : asked) {
      if (accepted.contains(each.stringValue())) {
        items.add(each.stringValue());
      }
    }
    return answer.toString();
  }

  private boolean isKnown(JsonNode asked) {
    return people.containsValue(new PersonId(asked.path("person").asString()));
  }

  /** Ten uses of each key, of which four are outside of any ranges and one isn't known to be. */
  private static String keyUses(JsonNode asked) {
    var answer = EventCodec.mapper().createObjectNode().put("since", "2026-10-29");
    var uses = answer.putArray("uses");
    boolean ranges = !asked.path("ranges").isEmpty();
    for (JsonNode key : asked.path("keys")) {
      uses.addObject()
          .put("key", key.stringValue())
          .put("uses", 10)
          .put("outside", ranges ? 4 : 10)
          .put("undecided", ranges ? 1 : 0);
    }
    return answer.toString();
  }

  private String ofSecrets(JsonNode asked) {
    List<String> known = new ArrayList<>();
    for (JsonNode verifier : asked.path("verifiers")) {
      String found = secrets.get(verifier.stringValue());
      if (found != null) {
        known.add(found);
      }
    }
    return "{\"keys\":[" + String.join(",", known) + "],\"complete\":" + !hidesSecrets + "}";
  }

  private @Nullable String endingLetters(JsonNode asked) {
    if (asked.path("people").size() > MOST_AT_ONCE) {
      return null;
    }
    asked
        .path("people")
        .forEach(person ->
            toldOfEnds.add(
                asked.path("organization").stringValue()
                    + " "
                    + person.stringValue()
                    + " "
                    + asked.path("days_left").intValue()));
    return "{\"put\":" + asked.path("people").size() + "}";
  }

  private String leakLetters(JsonNode asked) {
    asked.path("people").forEach(person -> toldOfLeaks.add(person.stringValue()));
    return "{\"put\":" + asked.path("people").size() + "}";
  }

  private String erasure(JsonNode asked) {
    var person = new PersonId(asked.path("person").asString());
    boolean now = !erased.contains(person);
    erase(person);
    return "{\"ended\":%d,\"in_force\":true}".formatted(now ? 1 : 0);
  }

  private String dataKeys(JsonNode asked) {
    var answer = EventCodec.mapper().createObjectNode();
    var items = answer.putArray("keys");
    for (JsonNode each : asked) {
      var person = new PersonId(each.stringValue());
      if (!erased.contains(person)) {
        byte[] material = keys.computeIfAbsent(person, p -> material());
        items
            .addObject()
            .put("person", person.value())
            .put("material", Base64.getUrlEncoder().withoutPadding().encodeToString(material));
      }
    }
    return answer.toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
