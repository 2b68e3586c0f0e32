package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an address is, and what the server itself refuses there. */
class DialectAddressesTest extends SampleDialectUnderTest {
  @Test
  void anotherMethodIs405WithThoseThatAreTaken() throws Exception {
    HttpResponse<String> login = gateway.send("/sample/login", b -> b.GET());
    assertRefused(login, 405, "method_not_allowed");
    assertThat(login.headers().firstValue("Allow")).contains("POST");
    HttpResponse<String> things = gateway.send("/sample/things/1", b -> b.DELETE());
    assertThat(things.headers().firstValue("Allow")).contains("GET, HEAD, POST");
  }

  @Test
  void headIsGetWithoutItsBody() throws Exception {
    HttpResponse<String> answer =
        gateway.send("/sample/things/1", b -> b.method("HEAD", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void whatIsBelowItsPathsIsTheDialects() throws Exception {
    assertRefused(gateway.get("/sample/login/other"), 404, "not_found");
    assertRefused(gateway.get("/sample/things/1/2"), 404, "not_found");
    assertThat(gateway.raw("GET /sample/resource/../x HTTP/1.1\r\nHost: localhost\r\n", ""))
        .contains(" 400 ")
        .contains("{\"sample_error\":\"bad_request\"}");
    assertThat(gateway.get("/sample/loginx").body()).contains("\"code\":\"not_found\"");
  }

  @Test
  void anAddressThatTheServerCannotReadIsToldInTheFormOfWhoseItIs() throws Exception {
    String head = "GET %s HTTP/1.1\r\nHost: localhost\r\n";
    for (String address :
        List.of(
            "/sample/things/%00",
            "/sample/things/%ff",
            "/sample/login/%zz",
            "/sample/login;%",
            "/sample/resource?x=|<>",
            "/sample/resource?a[]=1")) {
      assertThat(gateway.raw(head.formatted(address), ""))
          .contains(" 400 ")
          .contains("Content-Type: application/json")
          .endsWith("{\"sample_error\":\"bad_request\"}");
    }
    for (String address : List.of("/nowhere/%00", "/nowhere?x=|<>", "/nowhere?a[]=1")) {
      assertThat(gateway.raw(head.formatted(address), ""))
          .contains(" 400 ")
          .contains("Content-Type: application/problem+json")
          .contains("\"code\":\"bad_request\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1\r\nTransfer-Encoding: unheard-of\r\n",
        "HTTP/1.1\r\nContent-Length: -1\r\n"
      })
  void aRequestThatIsNoHttpIsNeverAFaultOfOurs(String rest) throws Exception {
    String head =
        "POST /sample/login " + rest + "Host: localhost\r\nContent-Type: application/json\r\n";
    String answer = gateway.raw(head, "no chunk\r\n");
    assertThat(answer)
        .contains(" 400 ")
        .contains("Content-Type: application/json")
        .endsWith("{\"sample_error\":\"bad_request\"}");
    assertThat(answer.split("Cache-Control", -1)).hasSize(2);
  }

  /** Nobody knows what its path would mean there. */
  @Test
  void aVersionOfHttpThatThereIsNotIsProblemDetailsEverywhere() throws Exception {
    assertThat(gateway.raw("POST /sample/login HTTP/7.1\r\nHost: localhost\r\n", ""))
        .contains(" 400 ")
        .contains("Content-Type: application/problem+json")
        .contains("\"code\":\"bad_request\"");
  }

  @Test
  void whatTheServerRefusesByItselfIsToldInTheFormOfWhoseItIs() throws Exception {
    String post =
        "POST /sample/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for (String head :
        List.of(
            "CONNECT /sample/login HTTP/1.1\r\nHost: localhost\r\n",
            post + "Expect: miracles\r\n",
            post + "Transfer-Encoding: miracles\r\n",
            "GET /sample/login HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n")) {
      assertThat(gateway.raw(head, ""))
          .contains(" 400 ")
          .endsWith("{\"sample_error\":\"bad_request\"}");
    }
    assertThat(gateway.raw("TRACE /sample/login HTTP/1.1\r\nHost: localhost\r\n", ""))
        .contains(" 405 ")
        .contains("{\"sample_error\":\"method_not_allowed\"}");
  }
}
