package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.TokenForge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page's lines, run as they stand there. */
class ReadmeTest {
  private final StubServer platform = new StubServer();
  private final String baseUrl = platform.uri("").toString();
  private final String serviceKey = "kl_platform_key";

  @AfterEach
  void stop() {
    platform.close();
  }

  private record Request(List<String> authorization, String address) {
    List<String> all(String header) {
      return header.equals("Authorization") ? authorization : List.of();
    }
  }

  private Map<String, String> handle(Request request) {
    // README:
    Authenticator keyledger =
        KeyledgerClient.of(baseUrl, new SecretText(serviceKey)).authenticator();

    try {
      Credential credential =
          Credential.in(request.all("Authorization"), request.all("X-Api-Key"))
              .orElseThrow(AccessRefusedException::missing);
      Caller caller = keyledger.authenticate(credential, RequestContext.from(request.address()));
      return caller.may("clients.read") ? clientsOf(caller.organization()) : refused(403, Map.of());
    } catch (AccessRefusedException e) {
      return refused(e.status(), e.headers());
    }
    // :README
  }

  private static Map<String, String> clientsOf(OrganizationId organization) {
    return Map.of("clients of", organization.value());
  }

  private static Map<String, String> refused(int status, Map<String, String> headers) {
    return Map.of("refused", status + " " + headers);
  }

  @Test
  void thePagesLinesAreTheseLines() throws IOException {
    String source = Files.readString(Path.of("src/test/java/dev/keyledger/client/ReadmeTest.java"));
    String lines =
        source.substring(
            source.indexOf("// README:\n") + "// README:\n".length(),
            source.indexOf("    // :README"));
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("```java\n" + lines.stripTrailing().stripIndent() + "\n```");
  }

  @Test
  void aCallerIsServedAStrangerRefusedAndASilentPlatformSaysNo() {
    platform.answerJson(
        200,
        """
        {"active":true,"sub":"%s","kind":"api_key","key_id":"%s","org":"%s","scope":"clients.read"}\
        """
            .formatted(TokenForge.KEY, TokenForge.KEY, TokenForge.ORG));
    assertThat(handle(presenting("Bearer a.b.c.d.e")))
        .isEqualTo(Map.of("clients of", TokenForge.ORG));
    assertThat(platform.asked().get(0).headers().getFirst("Authorization"))
        .isEqualTo("Bearer " + serviceKey);

    assertThat(handle(new Request(List.of(), "192.0.2.1")))
        .isEqualTo(Map.of("refused", "401 {WWW-Authenticate=Bearer}"));
    platform.answerJson(200, "{\"active\":false}");
    assertThat(handle(presenting("Bearer a.b.c.d.e")).get("refused")).startsWith("401");
    platform.answerJson(500, "{}");
    assertThat(handle(presenting("Bearer a.b.c.d.e")).get("refused")).startsWith("503");
  }

  private static Request presenting(String authorization) {
    return new Request(List.of(authorization), "192.0.2.1");
  }
}
