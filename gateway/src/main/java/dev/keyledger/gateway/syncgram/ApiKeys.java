package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.CanonicalCall;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import dev.keyledger.kit.web.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The organisation's keys, as its people manage them. */
final class ApiKeys {
  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);
  private static final String ORGANIZATION = "organization";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  /** In the place of what no key's id looks like, and no address should have to hold. */
  private static final String NOBODYS_KEY = "none";

  /** Of a hundred keys. The answer is one list, so that the gateway has to say where it ends. */
  private static final int MOST_PAGES = 10;

  private static final Set<String> ACTIVE = Set.of("active", "rotating");

  private final Canonical canonical;
  private final Credentials credentials;

  ApiKeys(Canonical canonical, Credentials credentials) {
    this.canonical = canonical;
    this.credentials = credentials;
  }

  /** The order of the checks is the canonical one: fields, account, retry, active key, rate. */
  Answer create(Call call) {
    String own = credentials.person(call);
    NewKey key = NewKey.of(call.body());
    String organization = named(call, key.organization(), own);
    CanonicalCall creation = canonical.on(call).with("Prefer", "wait=5");
    key.idempotencyKey().ifPresent(header -> creation.with("Idempotency-Key", header));
    Reply reply =
        creation.post("/v1/organizations/{org}/keys", key.asked(), organization).orRefuse();
    awaitList(call, organization, reply);
    JsonNode made = reply.json().path("key");
    ObjectNode answer =
        Json.object()
            .put("api_key_id", made.path("id").asString())
            .put("key", reply.text("secret"))
            .put("key_name", made.path("name").asString());
    answer.set("created_at", WholeSeconds.of(made.path("created_at")));
    answer.set("expires_at", WholeSeconds.of(made.path("expires_at")));
    return Answer.json(201, answer);
  }

  /** The newest of the environment that the organisation's status puts it into. */
  Answer list(Call call) {
    String organization = named(call, Optional.empty(), credentials.person(call));
    Reply standing = canonical.on(call).get("/v1/organizations/{org}", organization).orRefuse();
    String environment = standing.text("status").equals("live") ? "live" : "test";
    ObjectNode answer = Json.object();
    ArrayNode keys = answer.putArray("keys");
    String cursor = "";
    for (int pages = 0; pages == 0 || (pages < MOST_PAGES && !cursor.isEmpty()); pages++) {
      Reply page = page(call, organization, environment, cursor);
      page.json().path("items").forEach(key -> keys.add(shown(key)));
      cursor = page.text("next_cursor");
    }
    return Answer.json(200, answer);
  }

  private Reply page(Call call, String organization, String environment, String cursor) {
    String first = "/v1/organizations/{org}/keys?environment={environment}&limit=100";
    CanonicalCall asked = canonical.on(call);
    Reply page =
        cursor.isEmpty()
            ? asked.get(first, organization, environment)
            : asked.get(first + "&cursor={cursor}", organization, environment, cursor);
    return page.orRefuse();
  }

  private static ObjectNode shown(JsonNode key) {
    ObjectNode shown =
        Json.object()
            .put("api_key_id", key.path("id").asString())
            .put("key_name", key.path("name").asString())
            .put("is_active", ACTIVE.contains(key.path("status").asString()));
    shown.set("created_at", WholeSeconds.of(key.path("created_at")));
    shown.set("last_used_at", WholeSeconds.of(key.path("last_used_at")));
    shown.set("expires_at", WholeSeconds.of(key.path("expires_at")));
    return shown;
  }

  /** Answered once no consumer takes the key any more. */
  Answer revoke(Call call) {
    String own = credentials.person(call);
    String organization = named(call, call.bodyIfAny().optionalText(ORGANIZATION), own);
    String named = call.variable("api_key_id");
    // A caller who may manage no keys is told so whatever they name, which is the canonical API's
    // to say.
    String id = NAME.matcher(named).matches() ? named : NOBODYS_KEY;
    Reply reply =
        canonical
            .on(call)
            .with("Prefer", "wait=10")
            .post("/v1/organizations/{org}/keys/{key}/revoke", null, organization, id)
            .orRefuse();
    if (!reply.json().path("receipt").path("in_force").asBoolean()) {
      throw Refusals.notInForce();
    }
    awaitList(call, organization, reply);
    return Answer.json(
        200, Json.object().put("status", "revoked").put("api_key_id", reply.text("key.id")));
  }

  /**
   * A request may name its organisation, by id and by slug, and each has to be the caller's own.
   * Whether a slug is theirs the canonical API says; of two, one is another's for certain. What
   * cannot be a name is no organisation's.
   */
  private static String named(Call call, Optional<String> inBody, String own) {
    List<String> others =
        Stream.concat(inBody.stream(), call.parameters(ORGANIZATION).stream())
            .filter(name -> !name.equals(own))
            .distinct()
            .toList();
    if (others.size() > 1 || !others.stream().allMatch(name -> NAME.matcher(name).matches())) {
      throw Refusals.forbidden();
    }
    return others.isEmpty() ? own : others.getFirst();
  }

  /** A caller who lists next finds what they have done, though their client knows no position. */
  private void awaitList(Call call, String organization, Reply done) {
    done.header("Keyledger-Position")
        .ifPresent(position -> {
          try {
            canonical
                .on(call)
                .get("/v1/organizations/{org}?at_least={position}", organization, position);
          } catch (ProblemException e) {
            // It is done nevertheless, and its secret may be in this one answer alone.
            log.info("The views could not be awaited: {}", e.problem().code());
          }
        });
  }
}
