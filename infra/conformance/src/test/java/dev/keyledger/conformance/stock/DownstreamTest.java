package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of other languages, protected by the lines that the page has for them. */
@Tag("stock")
class DownstreamTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;

  /** A test before may have had token-service start anew: who calls it first then is cut off. */
  private static Member joined(Organization organization) {
    return await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(IllegalStateException.class)
        .until(() -> StockCluster.get().people().join(organization, "owner"), Objects::nonNull);
  }

  private static void acceptsUntilItsEnd(Api service) {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Member owner = joined(organization);
    Client key = Client.createdBy(owner.api(), organization, "test", List.of("clients.read"));
    String token = key.token();

    assertThat(service.get("/").status()).isEqualTo(401);
    assertThat(service.as("junk").get("/").status()).isEqualTo(401);
    for (String credential : List.of(key.secret(), token)) {
      Answer accepted = service.as(credential).get("/");
      assertThat(accepted.status()).as(accepted.toString()).isEqualTo(200);
      assertThat(accepted.rawBody()).isEqualTo("clients of " + organization.id());
    }
    Client other = Client.createdBy(owner.api(), organization, "test", List.of("keys.verify"));
    assertThat(service.as(other.secret()).get("/").status()).isEqualTo(403);

    Answer revoked = owner.api().post(organization.path() + "/keys/" + key.id() + "/revoke");
    assertThat(revoked.body().at("/receipt/in_force").asBoolean()).as(revoked.toString()).isTrue();
    assertThat(service.as(key.secret()).get("/").status()).isEqualTo(401);
    await().atMost(SOON).until(() -> service.as(token).get("/").status() == 401);
  }

  @Nested
  @Needs({Tool.NODE, Tool.TYPESCRIPT_CLIENT})
  class OfNode {
    @Test
    void acceptsAKeyAndItsTokenUntilTheKeyEnds() throws IOException {
      try (DownstreamService service = DownstreamService.ofNode(folder, serviceKey())) {
        acceptsUntilItsEnd(service.api());
      }
    }

    @Test
    void refusesASessionThatHasEnded() throws IOException {
      Organization organization = StockCluster.get().people().liveOrganization("standard");
      try (DownstreamService service = DownstreamService.ofNode(folder, serviceKey())) {
        Member member = joined(organization);
        assertThat(service.api().as(member.token()).get("/").status()).isEqualTo(200);
        assertThat(member.api().delete("/v1/sessions/current").status()).isEqualTo(204);
        await().atMost(SOON).until(() -> service.api().as(member.token()).get("/").status() == 401);
      }
    }

    @Test
    void theClientPassesItsOwnTestsAndTheVectorsAmongThem() throws Exception {
      Process tests =
          new ProcessBuilder(Tool.NODE.require().toString(), "--test", "test/")
              .directory(DownstreamService.TYPESCRIPT.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(tests.getInputStream().readAllBytes());
      assertThat(tests.waitFor()).as(said).isZero();
      assertThat(said).containsPattern("# pass \\d{2,}").contains("# fail 0", "# skipped 0");
    }

    private static String serviceKey() {
      Answer made =
          StockCluster.get()
              .people()
              .operator()
              .post(
                  "/v1/platform/services",
                  Map.of(
                      "name", "node-" + System.nanoTime(), "permissions", List.of("keys.verify")));
      assertThat(made.status()).as(made.toString()).isEqualTo(201);
      return made.text("secret");
    }
  }

  @Nested
  @Needs(Tool.GO)
  class OfGo {
    @Test
    void acceptsAKeyAndItsTokenUntilTheKeyEnds() throws IOException {
      try (DownstreamService service = DownstreamService.ofGo(folder)) {
        acceptsUntilItsEnd(service.api());
      }
    }
  }
}
