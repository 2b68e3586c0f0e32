package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** What a dry run says is what the command then does; and it does nothing itself. */
class DryRunsOverHttpTest extends CommandServiceTest {
  private static final List<String> TABLES =
      List.of(
          "event",
          "snapshot",
          "organization_snapshot",
          "slug",
          "remembered_answer",
          "key_deadline",
          "ending_letter",
          "person_membership",
          "erasure",
          // What is heard of it later is kept beside.
          "(SELECT organization, key, position FROM command.key_receipt)");

  /** Of an event, what its subject says, and what is drawn anew or personal or of a secret. */
  private static final Set<String> NO_DATA =
      Set.of("organization", "member", "key", "subscription", "at", "secret", "person", "email");

  private static final Set<String> SHOWN_TO_NOBODY =
      Set.of("prefix", "verifier", "sealed", "commitment");

  private static final Policy STANDARD = new Presets().find("standard").orElseThrow();

  private record Command(String as, String method, String path, String body) {}

  private static Answer dry(Replica replica, Command command) {
    String path = command.path() + (command.path().contains("?") ? "&" : "?") + "dry_run=true";
    return replica.send(
        command.method(), command.as(), path, command.body(), "Idempotency-Key", "dry");
  }

  /** The answer to the real one, which did what either replica had said. */
  private static Answer asForetold(Command command) throws SQLException {
    String tables = tables();
    long invited = tokenService.invitations() + tokenService.invitationsAgain();
    int people = tokenService.people();
    Answer onTwo = dry(two, command);
    Answer onOne = dry(one, command);

    assertThat(onOne.status()).as(onOne.text()).isEqualTo(200);
    assertThat(onTwo.text()).isEqualTo(onOne.text());
    assertThat(onOne.header("Content-Type")).startsWith("application/vnd.keyledger.dry-run+json");
    assertThat(onOne.header("Keyledger-In-Force")).isEmpty();
    JsonNode said = onOne.body();
    assertThat(said.path("dry_run").booleanValue()).isTrue();
    assertThat(tables()).isEqualTo(tables);
    assertThat(tokenService.invitations() + tokenService.invitationsAgain()).isEqualTo(invited);
    assertThat(tokenService.people()).isEqualTo(people);

    List<Long> before = globalIndexes();
    Answer real = one.send(command.method(), command.as(), command.path(), command.body());
    assertThat(real.status()).as(command + real.text()).isBetween(200, 204);
    List<JsonNode> events = eventsSince(before.isEmpty() ? -1 : before.getLast());
    assertThat(said.path("counts").path("events").intValue()).isEqualTo(events.size());
    long position = Long.parseLong(real.header("Keyledger-Position"));
    if (said.path("position").isNull()) {
      assertThat(position).isZero();
      assertThat(onOne.header("Keyledger-Position")).isEmpty();
    } else {
      assertThat(said.path("position").longValue()).isEqualTo(position - events.size());
      assertThat(onOne.header("Keyledger-Position")).isEqualTo(said.path("position").toString());
    }
    for (int i = 0; i < events.size(); i++) {
      JsonNode foretold = said.path("events").path(i);
      JsonNode event = events.get(i);
      assertThat(foretold.path("type")).isEqualTo(event.path("type"));
      JsonNode payload = event.path("payload");
      assertThat(data(foretold.path("data"))).isEqualTo(data(payload));
      JsonNode subject = foretold.path("subject");
      if (subject.path("id").isString()) {
        assertThat(subject.path("id")).isEqualTo(payload.path(subject.path("kind").asString()));
      }
    }
    for (JsonNode secret : payloads(events, "secret")) {
      assertThat(secret.properties())
          .filteredOn(field -> SHOWN_TO_NOBODY.contains(field.getKey()))
          .isNotEmpty()
          .allSatisfy(
              field -> assertThat(onOne.text()).doesNotContain(field.getValue().asString()));
    }
    assertThat(onOne.text()).doesNotContain("verifier", "\"secret\"", "ciphertext", "@example");
    return real;
  }

  private static List<JsonNode> payloads(List<JsonNode> events, String field) {
    return events.stream()
        .map(event -> event.path("payload").path(field))
        .filter(JsonNode::isObject)
        .toList();
  }

  private static Map<String, String> data(JsonNode fields) {
    var data = new TreeMap<String, String>();
    fields.properties().stream()
        .filter(field -> !NO_DATA.contains(field.getKey()) && !field.getValue().isNull())
        .forEach(field -> data.put(field.getKey(), sorted(field.getValue())));
    return data;
  }

  /** Sets of a policy have no order. */
  private static String sorted(JsonNode node) {
    char[] letters = node.toString().replaceAll("\"[a-z_]+\":null,?|,", "").toCharArray();
    Arrays.sort(letters);
    return new String(letters);
  }

  @Test
  void whatEveryCommandWouldDoIsWhatItThenDoes() throws SQLException {
    var asked = new TreeSet<String>();
    for (Command command : aLife()) {
      asked.add(pattern(command.method() + " " + command.path()));
    }
    assertThat(asked).isEqualTo(commandMappings().keySet());
  }

  private static String pattern(String asked) {
    return asked
        .replaceFirst("/organizations/[^/]+", "/organizations/{org}")
        .replaceFirst("/keys/[^/]+", "/keys/{key}")
        .replaceFirst("/members/[^/]+", "/members/{member}")
        .replaceFirst("/subscriptions/[^/]+", "/subscriptions/{subscription}")
        .replaceFirst("/persons/[^/]+", "/persons/{person}");
  }

  private static List<Command> aLife() throws SQLException {
    var done = new ArrayList<Command>();
    String slug = "dry-" + Long.toString(System.nanoTime(), 36);
    String org = "/v1/organizations/" + slug;
    done(
        done,
        OPERATOR,
        "POST",
        "/v1/organizations",
        "{\"slug\":\"%s\",\"name\":\"Dry\",\"preset\":\"standard\"}".formatted(slug));
    done(done, OPERATOR, "POST", org + "/verify", "");
    done(done, OPERATOR, "POST", org + "/enable-live", "");
    Answer added =
        done(
            done,
            OPERATOR,
            "POST",
            org + "/members",
            "{\"email\":\"%s-owner@example.com\",\"role\":\"owner\"}".formatted(slug));
    String organization = organizationOf(slug);
    String owner =
        String.join(
            "|",
            tokenService.personOf(slug + "-owner@example.com").value(),
            added.body().at("/member/id").asString(),
            organization,
            slug);
    Answer second =
        done(
            done,
            owner,
            "POST",
            org + "/members",
            "{\"email\":\"%s-dev@example.com\",\"role\":\"developer\"}".formatted(slug));
    String member = second.body().at("/member/id").asString();
    String developer =
        String.join(
            "|",
            tokenService.personOf(slug + "-dev@example.com").value(),
            member,
            organization,
            slug);
    done(done, owner, "POST", org + "/members/" + member + "/invitation", "");
    Answer created =
        done(
            done,
            developer,
            "POST",
            org + "/keys",
            "{\"name\":\"k\",\"environment\":\"live\",\"scopes\":[\"clients.read\",\"clients.write\"],\"expires_in_days\":9}");
    String key = org + "/keys/" + created.body().at("/key/id").asString();
    done(done, developer, "POST", key + "/rotate", "{\"grace_period\":\"PT1H\"}");
    done(done, developer, "POST", key + "/rotation/complete", "");
    done(done, developer, "POST", key + "/rotate", "{\"grace_period\":\"PT1H\"}");
    done(done, developer, "POST", key + "/rotation/roll-back", "");
    done(done, owner, "PATCH", key, "{\"name\":\"n\",\"scopes\":[\"clients.read\"]}");
    done(
        done,
        owner,
        "PUT",
        org + "/policy",
        json(Policies.withCommandRate(STANDARD, 5_000, Duration.ofMinutes(1))));
    done(done, owner, "PATCH", org + "/policy", "{\"keys\":{\"limit\":{\"maximum\":7}}}");
    done(done, OPERATOR, "PUT", org + "/ip-allowlist", "{\"cidrs\":[\"127.0.0.0/8\"]}");
    done(done, owner, "POST", key + "/suspend", "{\"reason\":\"who breaks?\"}");
    done(done, owner, "POST", key + "/resume", "");
    done(done, owner, "POST", key + "/revoke", "{\"reason\":\"leaked\"}");
    subscribes(done, owner, org + "/subscriptions");
    done(done, developer, "POST", org + "/keys", newKey("other", "live"));
    done(done, owner, "PUT", org + "/members/" + member + "/role", "{\"role\":\"auditor\"}");
    done(done, owner, "DELETE", org + "/members/" + member, "");
    done(done, OPERATOR, "POST", org + "/suspend", "{\"reason\":\"Unpaid\"}");
    done(done, OPERATOR, "POST", org + "/reinstate", "");
    done(
        done,
        OPERATOR,
        "POST",
        "/v1/platform/services",
        "{\"name\":\"s\",\"permissions\":[\"keys.verify\"]}");
    // Of one who belongs nowhere: what it does in organisations is told beside the platform's.
    String nobody = tokenService.personOf(slug + "-nobody@example.com").value();
    done(done, OPERATOR, "POST", "/v1/platform/persons/" + nobody + "/erase", "");
    return done;
  }

  private static void subscribes(List<Command> done, String owner, String subscriptions)
      throws SQLException {
    Answer made =
        done(
            done,
            owner,
            "POST",
            subscriptions,
            "{\"kind\":\"webhook\",\"name\":\"SIEM\",\"url\":\"https://receiver.example/\",\"events\":[\"key.*\"],\"signature\":\"v1\"}");
    String one = subscriptions + "/" + made.body().at("/subscription/id").asString();
    done(done, owner, "PATCH", one, "{\"name\":\"Other\"}");
    done(done, owner, "POST", one + "/rotate-secret", "{\"overlap_seconds\":3600}");
    done(done, owner, "POST", one + "/pause", "{\"reason\":\"moving\"}");
    done(done, owner, "POST", one + "/resume", "");
    done(done, owner, "DELETE", one, "");
  }

  private static Answer done(List<Command> done, String as, String method, String path, String body)
      throws SQLException {
    var command = new Command(as, method, path, body);
    done.add(command);
    return asForetold(command);
  }

  /**
   * All that write by a command of a caller's; who asks nothing but a preview is none, nor is
   * another service of the platform. A report of leaks is no command of one organisation's, and is
   * asked about by nobody: that would tell strangers what they found.
   */
  private static Map<String, HandlerMethod> commandMappings() {
    var mappings = new TreeMap<String, HandlerMethod>();
    one.context()
        .getBeansOfType(RequestMappingHandlerMapping.class)
        .values()
        .forEach(mapping ->
            mapping
                .getHandlerMethods()
                .forEach((info, handler) -> {
                  if (handler.getBeanType().getPackageName().equals("dev.keyledger.command.api")) {
                    named(info).forEach(name -> mappings.put(name, handler));
                  }
                }));
    mappings
        .keySet()
        .removeIf(name ->
            name.startsWith("GET")
                || name.endsWith("/preview")
                || name.contains(" /internal/")
                || name.endsWith(" /v1/leaks"));
    return mappings;
  }

  private static List<String> named(RequestMappingInfo info) {
    return info.getMethodsCondition().getMethods().stream()
        .flatMap(method -> info.getPatternValues().stream().map(path -> method + " " + path))
        .toList();
  }

  @Test
  void noCommandCanForgetIt() {
    assertThat(commandMappings())
        .hasSizeGreaterThan(15)
        .allSatisfy((name, handler) ->
            assertThat(handler.getMethodParameters())
                .as(name)
                .anyMatch(p -> p.getParameterType() == CommandContext.class));
  }

  @Test
  void itIsRefusedAsTheCommandIs() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String auditor = member(organization, "auditor");
    String path = organization.path();
    String key =
        organization.keys()
            + "/"
            + one.post(owner, organization.keys(), newKey("k", "test"))
                .body()
                .at("/key/id")
                .asString();
    List<Command> refused =
        List.of(
            new Command(
                OPERATOR,
                "POST",
                "/v1/organizations",
                "{\"slug\":\"%s\",\"name\":\"T\",\"preset\":\"standard\"}"
                    .formatted(organization.slug())),
            new Command(OPERATOR, "POST", "/v1/organizations", "{\"slug\":\"UPPER\"}"),
            new Command(owner, "POST", path + "/verify", ""),
            new Command(OPERATOR, "POST", path + "/enable-live", ""),
            new Command(OPERATOR, "POST", "/v1/organizations/no-such/verify", ""),
            new Command(auditor, "POST", organization.keys(), newKey("k", "test")),
            new Command(owner, "POST", organization.keys(), newKey("k", "elsewhere")),
            new Command(owner, "POST", key + "/rotation/complete", ""),
            new Command(owner, "POST", key + "/rotation/roll-back", ""),
            new Command(owner, "POST", key + "/rotate", "{\"grace_period\":\"P900D\"}"),
            new Command(owner, "PATCH", key, "{\"name\":\"\"}"),
            new Command(owner, "POST", organization.keys() + "/none/revoke", ""),
            new Command(auditor, "POST", key + "/revoke", ""),
            new Command(owner, "DELETE", path + "/members/" + memberIdOf(owner), ""),
            new Command(owner, "DELETE", path + "/members/none", ""),
            new Command(
                owner,
                "POST",
                path + "/members",
                "{\"email\":\"%s\",\"role\":\"admin\"}".formatted(emailOf(owner))),
            new Command(
                owner, "POST", path + "/members", "{\"email\":\"none\",\"role\":\"admin\"}"),
            new Command(
                auditor,
                "POST",
                path + "/members",
                "{\"email\":\"a@example.com\",\"role\":\"owner\"}"),
            new Command(
                owner,
                "PUT",
                path + "/policy",
                json(Policies.withCommandRate(STANDARD, 6_001, Duration.ofMinutes(1)))),
            new Command(owner, "PATCH", path + "/policy", "{\"roles\":{\"owner\":[]}}"),
            new Command(owner, "PUT", path + "/ip-allowlist", "{\"cidrs\":[\"nonsense\"]}"));
    for (Command command : refused) {
      String tables = tables();
      Answer foretold = dry(two, command);
      Answer real = one.send(command.method(), command.as(), command.path(), command.body());

      assertThat(foretold.status()).as(command + foretold.text()).isBetween(400, 429);
      assertThat(foretold.text()).as(command.toString()).isEqualTo(real.text());
      assertThat(tables()).isEqualTo(tables);
    }
  }

  private static String emailOf(String token) {
    return tokenService.emailOf(token.split("\\|")[0]);
  }

  @Test
  void itTakesNothingOfARateAndIsHeldToIt() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String policy = organization.path() + "/policy";
    assertThat(
            one.send(
                    "PUT",
                    OPERATOR,
                    policy,
                    json(Policies.withCommandRate(STANDARD, 10, Duration.ofMinutes(1))))
                .status())
        .isEqualTo(200);
    var creation = new Command(owner, "POST", organization.keys(), newKey("k", "test"));
    for (int i = 0; i < 12; i++) {
      Answer foretold = dry(one, creation);
      assertThat(foretold.status()).as(foretold.text()).isEqualTo(200);
      assertThat(foretold.header("RateLimit")).startsWith("\"commands\";r=10;");
    }
    Answer created = one.post(owner, organization.keys(), newKey("k", "test"));
    assertThat(created.header("RateLimit")).startsWith("\"commands\";r=9;");
    String key = organization.keys() + "/" + created.body().at("/key/id").asString();
    for (int i = 0; i < 9; i++) {
      assertThat(one.send("PATCH", owner, key, "{\"name\":\"n%d\"}".formatted(i)).status())
          .isEqualTo(200);
    }

    assertThat(one.post(owner, organization.keys(), newKey("k", "test")).code())
        .isEqualTo("rate_limited");
    Answer beyond = dry(two, creation);
    assertThat(beyond.code()).isEqualTo("rate_limited");
    assertThat(beyond.header("Retry-After")).isNotEmpty();
  }

  /** A key that was sent with a dry run is as good as new. */
  @Test
  void itNamesTheRecentUsesThatWouldHaveBeenRefusedWhereTheyAreKnown() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String id =
        one.post(owner, organization.keys(), newKey("k", "test")).body().at("/key/id").asString();
    var revocation = new Command(owner, "POST", organization.keys() + "/" + id + "/revoke", "{}");
    var narrower =
        new Command(
            OPERATOR,
            "PUT",
            organization.path() + "/ip-allowlist",
            "{\"cidrs\":[\"192.0.2.0/24\"],\"environments\":[\"test\"]}");
    var renaming =
        new Command(
            owner, "PATCH", organization.keys() + "/" + id, "{\"name\":\"as good as before\"}");

    JsonNode revoked = dry(one, revocation).body().at("/touches/keys/0/recent_uses");
    assertThat(revoked.path("accepted").longValue()).isEqualTo(10);
    assertThat(revoked.path("refused").longValue()).isEqualTo(10);
    assertThat(revoked.path("check").stringValue()).isEqualTo("revoked");
    JsonNode narrowed = dry(one, narrower).body().at("/touches/keys/0/recent_uses");
    assertThat(narrowed.path("refused").longValue()).isEqualTo(4);
    assertThat(narrowed.path("undecided").longValue()).isEqualTo(1);
    assertThat(narrowed.path("check").stringValue()).isEqualTo("ip_not_allowed");
    assertThat(dry(one, renaming).body().at("/touches/keys/0").has("recent_uses")).isFalse();

    tokenService.away(true);
    try {
      Answer unknown = dry(one, revocation);
      assertThat(unknown.status()).isEqualTo(200);
      assertThat(unknown.body().at("/touches/keys/0").has("recent_uses")).isFalse();
    } finally {
      tokenService.away(false);
    }
  }

  @Test
  void aDryRunIsNoAnswerThatIsRemembered() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    var creation = new Command(owner, "POST", organization.keys(), newKey("k", "test"));

    assertThat(dry(one, creation).status()).isEqualTo(200);
    Answer real =
        one.post(owner, organization.keys(), newKey("another", "test"), "Idempotency-Key", "dry");
    assertThat(real.status()).as(real.text()).isEqualTo(201);
    Answer foretold = dry(one, creation);
    assertThat(foretold.status()).isEqualTo(200);
    assertThat(foretold.text()).doesNotContain(real.body().path("secret").asString());
  }

  @Test
  void betweenTheCommandsOfTwoReplicasItKnowsTheLastAndHindersNone() throws Exception {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String key =
        organization.keys()
            + "/"
            + one.post(owner, organization.keys(), newKey("k", "test"))
                .body()
                .at("/key/id")
                .asString();
    List<Future<Answer>> renamed = new ArrayList<>();
    List<Future<Answer>> foretold = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        Replica replica = i % 2 == 0 ? one : two;
        String body = "{\"name\":\"n%d\"}".formatted(i);
        renamed.add(clients.submit(() -> replica.send("PATCH", owner, key, body)));
        foretold.add(
            clients.submit(() -> dry(replica, new Command(owner, "POST", key + "/revoke", ""))));
      }
    }
    for (Future<Answer> answer : foretold) {
      assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(200);
      assertThat(answer.get().body().at("/events/0/type").asString()).isEqualTo("key.revoked");
    }
    long last = 0;
    for (Future<Answer> answer : renamed) {
      assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(200);
      last = Math.max(last, Long.parseLong(answer.get().header("Keyledger-Position")));
    }
    // Two commands before: the organisation's registration and its owner come first.
    assertThat(last).isEqualTo(42);
    for (Replica replica : List.of(one, two)) {
      Answer now = dry(replica, new Command(owner, "POST", key + "/revoke", ""));
      assertThat(now.header("Keyledger-Position")).isEqualTo("42");
    }
    Answer revoked = two.post(owner, key + "/revoke", "");
    assertThat(revoked.header("Keyledger-Position")).isEqualTo("43");
    assertThat(revoked.body().at("/key/status").asString()).isEqualTo("revoked");
    assertThat(
            dry(one, new Command(owner, "POST", key + "/revoke", ""))
                .body()
                .at("/counts/events")
                .intValue())
        .isZero();
  }

  /** What it had in mind a moment ago would be good enough to append by, and to nothing else. */
  @Test
  void whatAnotherReplicaHasJustWrittenIsKnown() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String id =
        two.post(owner, organization.keys(), newKey("k", "test")).body().at("/key/id").asString();
    String key = organization.keys() + "/" + id;
    Answer renamed = one.send("PATCH", owner, key, "{\"name\":\"another\"}");

    Answer foretold = dry(two, new Command(owner, "PATCH", key, "{\"name\":\"third\"}"));
    assertThat(foretold.header("Keyledger-Position"))
        .isEqualTo(renamed.header("Keyledger-Position"));
    assertThat(foretold.body().at("/events/0/data/before").asString()).isEqualTo("another");
  }

  @Test
  void aPreviewOfAPolicySaysWhoGainsAndLosesAndIsRefusedAsThePolicyIs() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String developer = member(organization, "developer");
    for (int i = 0; i < 2; i++) {
      assertThat(one.post(developer, organization.keys(), newKey("k" + i, "test")).status())
          .isEqualTo(201);
    }
    String preview = organization.path() + "/policy/preview";
    String tables = tables();
    String patch =
        "{\"roles\":{\"developer\":[\"api_keys.read\"]},\"keys\":{\"limit\":{\"maximum\":1}}}";

    Answer patched =
        two.send("POST", owner, preview, patch, "Content-Type", "application/merge-patch+json");
    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    JsonNode touched = patched.body().path("touches");
    assertThat(touched.path("keys").size()).isEqualTo(2);
    assertThat(touched.at("/keys/0/permissions/after").toString()).isEqualTo("[\"api_keys.read\"]");
    assertThat(touched.at("/keys/0/permissions/before").size()).isGreaterThan(1);
    assertThat(touched.at("/members/0/id").asString()).isEqualTo(memberIdOf(developer));
    assertThat(patched.body().path("limit").toString())
        .isEqualTo("{\"maximum\":1,\"per\":\"environment\",\"live\":{\"test\":2},\"above\":1}");
    Answer whole = one.post(owner, preview, json(STANDARD));
    assertThat(whole.body().path("counts").path("events").intValue()).isZero();

    Answer beyond =
        one.post(
            owner, preview, json(Policies.withCommandRate(STANDARD, 6_001, Duration.ofMinutes(1))));
    assertThat(beyond.status()).isEqualTo(403);
    assertThat(beyond.code()).isEqualTo("policy_ceiling_exceeded");
    assertThat(one.post(owner, preview, "{}").code()).isEqualTo("invalid_field");
    assertThat(one.post(developer, preview, json(STANDARD)).code()).isEqualTo("forbidden");
    assertThat(one.post(owner, preview + "?dry_run=true", json(STANDARD)).code())
        .isEqualTo("unknown_parameter");
    assertThat(tables()).isEqualTo(tables);
  }

  @Test
  void itIsSaidByOneOfTwoWords() {
    RegisteredOrganization organization = organization("standard");
    String verify = organization.path() + "/verify?dry_run=";
    assertThat(one.post(OPERATOR, verify + "yes", "").body().path("field").asString())
        .isEqualTo("dry_run");
    assertThat(one.post(OPERATOR, verify + "true&dry_run=false", "").code())
        .isEqualTo("invalid_field");
    assertThat(one.post(OPERATOR, verify + "false", "").body().path("status").asString())
        .isEqualTo("verified");
  }

  private static String json(Policy policy) {
    return new String(EventCodec.mapper().writeValueAsBytes(policy), StandardCharsets.UTF_8);
  }

  private static String organizationOf(String slug) throws SQLException {
    return query("SELECT organization FROM command.slug WHERE slug = '%s'".formatted(slug))
        .getFirst();
  }

  /** What stands in all tables that commands write. */
  private static String tables() throws SQLException {
    var all = new StringBuilder();
    for (String table : TABLES) {
      all.append(
          query(
              "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM %s t"
                  .formatted(table.startsWith("(") ? table : "command." + table)));
    }
    return all.toString();
  }

  private static List<Long> globalIndexes() throws SQLException {
    return query("SELECT max(global_index) FROM command.event").stream()
        .map(Long::valueOf)
        .toList();
  }

  private static List<JsonNode> eventsSince(long globalIndex) throws SQLException {
    return query(
            """
            SELECT jsonb_build_object('type', type, 'payload', convert_from(payload, 'UTF8')::jsonb)::text
            FROM command.event WHERE global_index > %d ORDER BY global_index
            """
                .formatted(globalIndex))
        .stream()
        .map(text -> EventCodec.mapper().readTree(text))
        .toList();
  }

  private static List<String> query(String sql) throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}
