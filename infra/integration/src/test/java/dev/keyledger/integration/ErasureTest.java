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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A person is erased, and nothing that shows history, members or people knows them any more. */
class ErasureTest {
  private static final String ADDRESS = "198.51.100.77";

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
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            all(first, owner).contains(person.email())
                && all(first, owner).contains(ADDRESS)
                && all(second, other).contains(person.email()));
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
          assertThat(all(first, owner)).doesNotContain(person.email(), ADDRESS);
          assertThat(all(second, other)).doesNotContain(person.email(), ADDRESS);
        });
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
    return told.append(export(organization, reader)).toString();
  }

  private static String export(Organization organization, Member reader) {
    return reader
        .api()
        .with("Accept", "application/x-ndjson")
        .get(organization.path() + "/events")
        .rawBody();
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
