package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.ExportVerifier;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Hunt;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A person is erased, and nothing that shows history, members or people knows them any more. */
class ErasureTest {
  private static final String ADDRESS = "198.51.100.77";
  private static final String USED_FROM = "203.0.113.41";
  private static final String NETWORK = "203.0.113.0/24";
  private static final String OCSF = "application/vnd.keyledger.ocsf+ndjson";

  private final Cluster cluster = SharedCluster.get();

  @Test
  void nothingKnowsWhoWasErasedAndTheProofsStand() throws Exception {
    Organization first = cluster.people().liveOrganization("standard");
    Organization second = cluster.people().liveOrganization("standard");
    Member owner = cluster.people().join(first, "owner");
    Member other = cluster.people().join(second, "owner");
    Member person = cluster.people().join(first, "developer");
    String id = idOf(person);
    Answer key =
        cluster
            .api(Service.COMMAND, 0)
            .as(person.token())
            .with("X-Forwarded-For", ADDRESS)
            .post(first.path() + "/keys", Map.of("name", "k", "environment", "test"));
    assertThat(key.status()).as(key.toString()).isEqualTo(201);
    Answer invited =
        other
            .api()
            .post(second.path() + "/members", Map.of("email", person.email(), "role", "auditor"));
    assertThat(invited.status()).as(invited.toString()).isEqualTo(201);
    Answer used =
        cluster
            .api(Service.TOKEN, 0)
            .as(owner.token())
            .post("/v1/keys/verify", Map.of("key", key.text("secret"), "ip", USED_FROM));
    assertThat(used.rawBody()).contains("\"code\":\"ok\"");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            all(first, owner).contains(person.email())
                && all(first, owner).contains(ADDRESS)
                && all(first, owner).contains(NETWORK)
                && all(second, other).contains(person.email()));
    String position = owner.api().get(first.path()).header("Keyledger-Position");
    List<Asked> asked = everything(first, owner, key.text("key.id"), position);
    assertThat(told(asked, person).stream().map(Asked::path).distinct())
        .contains("/v1/organizations/{org}/events", "/v1/organizations/{org}/members");
    assertThat(told(asked, person))
        .filteredOn(one -> one.path().equals("/v1/organizations/{org}/events"))
        .extracting(Asked::accept)
        .contains("application/json", "application/x-ndjson", "text/csv", OCSF);
    assertThat(exported(first, owner, "text/csv")).contains(person.email(), ADDRESS);
    assertThat(exported(first, owner, OCSF)).contains(person.email(), ADDRESS);
    String before = export(first, owner);
    assertThat(before).contains(person.email());

    Answer erased =
        cluster.people().operator().post("/v1/platform/persons/" + id + "/erase", Map.of());

    assertThat(erased.status()).as(erased.toString()).isEqualTo(200);
    assertThat(erased.rawBody()).contains("\"complete\":true");
    assertThat(person.api().get("/v1/sessions").status()).isEqualTo(401);
    Answer again =
        Api.at(cluster.gateway().base()).post("/v1/tokens", Map.of("api_key", key.text("secret")));
    assertThat(again.status()).isEqualTo(401);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(all(first, owner)).doesNotContain(person.email(), ADDRESS, NETWORK);
          assertThat(all(second, other)).doesNotContain(person.email(), ADDRESS);
        });
    for (String form : List.of("application/x-ndjson", "text/csv", OCSF)) {
      assertThat(exported(first, owner, form)).contains("member.erased");
    }
    assertThat(told(asked, person)).isEmpty();
    for (Answer events :
        List.of(
            owner.api().get(first.path() + "/events?type=member.erased"),
            other.api().get(second.path() + "/events?type=member.erased"))) {
      assertThat(events.rawBody()).contains("member.erased", "\"kind\":\"operator\"");
    }
    Hunt hunt = new Hunt();
    hunt.plant("an erased person's e-mail address", person.email());
    hunt.plant("an erased person's address", ADDRESS);
    hunt.searchEverything(cluster);
    assertThat(hunt.found().stream().distinct()).isEmpty();
    mustVerify(before, first, owner);
    mustVerify(export(first, owner), first, owner);
  }

  /** The one whose the access token is. */
  private static String idOf(Member member) {
    String claims =
        new String(
            Base64.getUrlDecoder().decode(member.token().split("\\.")[1]), StandardCharsets.UTF_8);
    return claims.replaceFirst(".*(per_[0-9a-f-]{36}).*", "$1");
  }

  /**
   * @param path as it is described
   */
  private record Asked(Api as, String accept, String path, String query) {}

  /**
   * Everything that is read of an organisation or of the platform, in every form and for every word
   * that a parameter takes, now and as it was; by a member and by an operator. All endpoints are in
   * the description, which the services' own tests hold to it: so none can be left out here.
   */
  private List<Asked> everything(
      Organization organization, Member reader, String key, String position) {
    JsonNode document = cluster.gateway().get("/openapi.json").body();
    List<Asked> all = new ArrayList<>();
    for (var path : document.path("paths").properties()) {
      if (!path.getKey().startsWith("/v1/") || !path.getValue().has("get")) {
        continue;
      }
      String filled =
          path.getKey()
              .replace("{org}", organization.id())
              .replace("{key}", key)
              .replace("{subscription}", "sub_01890000-0000-7000-8000-000000000000")
              .replace("{tile}", "0/000.p/1")
              .replace("{rebuild}", "reb_01890000-0000-7000-8000-000000000000");
      assertThat(filled).as("what stands for each variable").doesNotContain("{");
      JsonNode get = path.getValue().path("get");
      for (String query : queries(document, path.getValue(), get, position)) {
        for (var form : get.at("/responses/200/content").properties()) {
          for (Api as : List.of(reader.api(), cluster.people().operator())) {
            all.add(new Asked(as, form.getKey(), path.getKey(), filled + "?" + query));
          }
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(50);
    return all;
  }

  /** What is needed alone, and beside it each word of each parameter, and a time that was. */
  private static List<String> queries(
      JsonNode document, JsonNode path, JsonNode get, String position) {
    var needed = new StringBuilder("");
    List<String> more = new ArrayList<>(List.of(""));
    for (JsonNode part : List.of(path.path("parameters"), get.path("parameters"))) {
      for (JsonNode one : part) {
        JsonNode parameter =
            one.has("$ref") ? document.at(one.path("$ref").asString().substring(1)) : one;
        String name = parameter.path("name").asString();
        JsonNode schema = parameter.path("schema");
        if (!parameter.path("in").asString().equals("query")) {
          continue;
        }
        if (parameter.path("required").asBoolean(false)) {
          needed
              .append('&')
              .append(name)
              .append('=')
              .append(parameter.path("example").asString("0"));
        }
        if (name.equals("as_of") || name.equals("at")) {
          more.add("&" + name + "=" + position);
        }
        if (name.equals("ip")) {
          more.add("&" + name + "=" + ADDRESS);
        }
        schema.path("enum").forEach(word -> more.add("&" + name + "=" + word.asString()));
        schema.at("/items/enum").forEach(word -> more.add("&" + name + "=" + word.asString()));
      }
    }
    return more.stream().map(one -> needed + one).toList();
  }

  /** Which of these tell of the person. */
  private static List<Asked> told(List<Asked> asked, Member person) {
    return asked.stream()
        .filter(one -> {
          Api api = one.as().with("Accept", one.accept());
          // A stream tells what there is, and doesn't end.
          String answer =
              one.accept().equals("text/event-stream")
                  ? String.join("\n", api.linesUntil(one.query(), "event: heartbeat"))
                  : api.get(one.query()).rawBody();
          return answer.contains(person.email())
              || answer.contains(ADDRESS)
              || answer.contains(NETWORK);
        })
        .toList();
  }

  /** All that query-service tells of an organisation and its people. */
  private static String all(Organization organization, Member reader) {
    var told = new StringBuilder();
    for (String path :
        List.of(
            "",
            "/policy",
            "/members?limit=100",
            "/members?status=removed&limit=100",
            "/permissions",
            "/keys",
            "/events?limit=100",
            "/events?source=ledger,activity&limit=100")) {
      Answer answer = reader.api().get(organization.path() + path);
      assertThat(answer.status()).as(path + answer).isEqualTo(200);
      told.append(answer.rawBody());
    }
    for (String form : List.of("application/x-ndjson", "text/csv", OCSF)) {
      told.append(exported(organization, reader, form));
    }
    return told.append(
            reader
                .api()
                .with("Accept", OCSF)
                .get(organization.path() + "/events?source=activity")
                .rawBody())
        .toString();
  }

  private static String export(Organization organization, Member reader) {
    return exported(organization, reader, "application/x-ndjson");
  }

  private static String exported(Organization organization, Member reader, String form) {
    return reader.api().with("Accept", form).get(organization.path() + "/events").rawBody();
  }

  private static void mustVerify(String export, Organization organization, Member reader)
      throws Exception {
    String keys = reader.api().get(organization.path() + "/log/keys").rawBody();
    String key = keys.replaceFirst("(?s).*\"keys\":\\[\"([^\"]+)\".*", "$1");
    var report =
        new ExportVerifier(
                new ExportTrust(
                    List.of(NoteVerifier.parse(key)), List.of(), List.of(), 0, List.of()))
            .verify(new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)));
    assertThat(report.isGood()).as(report.toString()).isTrue();
  }
}
