package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that a dialect takes, and how it refuses others. */
class DialectBodiesTest extends SampleDialectUnderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "\"user\"",
        "{",
        "{\"user\":\"u\"} {}",
        "{\"user\":\"u\",\"user\":\"v\"}",
        "{\"user\":\"u\",\"other\":1,\"other\":2}",
        "{}",
        "{\"user\":\"\"}",
        "{\"user\":null}",
        "{\"user\":7}",
        "{\"user\":true}",
        "{\"user\":[\"u\"]}",
        "{\"user\":\"\\ud800\"}",
        "{\"user\":\"u\",\"age\":\"3\"}",
        "{\"user\":\"u\",\"age\":3.0}",
        "{\"user\":\"u\",\"age\":1e999999999}",
        "{\"user\":\"u\",\"age\":99999999999999999999}",
        "{\"user\":\"u\",\"tags\":\"x\"}",
        "{\"user\":\"u\",\"tags\":[1]}",
        "{\"user\":\"u\",\"tags\":[null]}",
      })
  void aBodyOfAnotherFormIs400InTheDialectsWords(String body) throws Exception {
    int before = gateway.token().asked().size();
    HttpResponse<String> answer = gateway.post("/sample/login", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"sample_error\":");
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void aBodyInAnotherEncodingOrNestedWithoutEndIs400() throws Exception {
    for (byte[] body :
        List.of(
            "{\"user\":\"u\"}".getBytes(StandardCharsets.UTF_16),
            new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            "[".repeat(30_000).getBytes(StandardCharsets.UTF_8))) {
      HttpResponse<String> answer =
          gateway.send(
              "/sample/login",
              b ->
                  b.header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofByteArray(body)));
      assertThat(answer.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aBodyOfAnotherTypeIs415() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "nonsense")) {
      assertRefused(
          gateway.send(
              "/sample/login",
              b -> b.header("Content-Type", type).POST(BodyPublishers.ofString("{}"))),
          415,
          "unsupported_media_type");
    }
    assertRefused(
        gateway.send("/sample/login", b -> b.POST(BodyPublishers.noBody())),
        415,
        "unsupported_media_type");
  }

  @Test
  void aBodyThatIsTooLargeIs413ToldOrUntold() throws Exception {
    String large = "{\"user\":\"" + "x".repeat(70_000) + "\"}";
    assertRefused(gateway.post("/sample/login", large), 413, "body_too_large");
    assertRefused(
        gateway.send(
            "/sample/resource",
            b ->
                b.POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes())))),
        413,
        "body_too_large");
  }

  @Test
  void aRangeOfMediaTypesIsNoMediaType() throws Exception {
    for (String type : List.of("*/*", "application/*", "application/*+json")) {
      for (String path : List.of("/sample/login", "/v1/sessions")) {
        HttpResponse<String> answer =
            gateway.send(
                path, b -> b.header("Content-Type", type).POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(path + " " + type).isEqualTo(415);
      }
    }
  }

  @Test
  void aBodyThatCannotBeReadIsTheClientsDoing() throws Exception {
    for (String path : List.of("/v1/sessions", "/v1/organizations/acme/keys", "/sample/login")) {
      assertThat(
              gateway.raw(
                  "POST "
                      + path
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Transfer-Encoding: chunked\r\n",
                  "zz\r\n{}\r\n"))
          .contains(" 400 ");
    }
  }

  @Test
  void aBodyOfOptionsNeedsNoType() throws Exception {
    for (String path : List.of("/sample/resource", "/v1/sessions")) {
      assertThat(
              gateway.raw(
                  "OPTIONS " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n",
                  "{}"))
          .startsWith("HTTP/1.1 ")
          .doesNotContainPattern("^HTTP/1.1 5");
    }
  }
}
