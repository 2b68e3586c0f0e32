package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.testing.AllowChecks;
import dev.keyledger.testing.BodyChecks;
import dev.keyledger.testing.DescribedEndpoints;
import dev.keyledger.testing.Endpoints;
import dev.keyledger.testkit.RawHttp;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A command whose caller meant something else by it isn't carried out. */
class EveryEndpointTest extends CommandServiceTest {
  @Test
  void saysWhichMethodsItTakesAndTakesNoOther() {
    assertThat(AllowChecks.amiss(one.context(), port(), List.of())).isEmpty();
  }

  @Test
  void aBodyIsOfTheOneTypeAndAnEmptyOneOfAny() {
    String body = "{}";
    for (var endpoint : Endpoints.ofControllers(one.context())) {
      // Where two types are taken, as of a patch, an empty body has to say which it is.
      boolean ofOneType =
          !endpoint.pattern().endsWith("/policy/preview")
              && (!endpoint.method().equals("PATCH") || endpoint.pattern().contains("/keys"));
      if (ofOneType && !endpoint.method().equals("GET") && !endpoint.pattern().contains("relay")) {
        String line = endpoint.method() + " " + endpoint.path();
        String credential = "Authorization: Bearer " + credentialOf(endpoint);
        assertThat(BodyChecks.amiss(port(), line, "application/json", body, credential)).isEmpty();
      }
    }
    assertThat(BodyChecks.tooLarge(port(), "/v1/organizations")).isEmpty();
  }

  @Test
  void actionsTakeAnEmptyBodyOfAnyType() {
    RegisteredOrganization organization = organization("syncgram-pay");
    for (String action : List.of("/verify", "/enable-live", "/suspend", "/reinstate")) {
      String head = "POST " + organization.path() + action + " HTTP/1.1";
      RawHttp.Answer answer =
          RawHttp.send(
              port(),
              head,
              "Authorization: Bearer " + OPERATOR,
              "Content-Type: text/plain; charset=latin1",
              "Content-Encoding: gzip",
              "Content-Length: 0");
      assertThat(answer.status()).as(action + answer).isEqualTo(200);
    }
    assertThat(
            one.post(OPERATOR, organization.path() + "/verify", "{\"at\":1}").body().path("field"))
        .hasToString("\"at\"");
  }

  private static String credentialOf(Endpoints.Endpoint endpoint) {
    if (!endpoint.isInternal()) {
      return OPERATOR;
    }
    ServicePair caller =
        endpoint.path().startsWith("/internal/v1/subscriptions")
                || endpoint.path().startsWith("/internal/v1/streams")
                || endpoint.path().startsWith("/internal/v1/receipts")
            ? ServicePair.DELIVERY_TO_COMMAND
            : ServicePair.QUERY_TO_COMMAND;
    return new InternalTokens(() -> serverKeys.get().only(Set.of(caller.purpose())), clock)
        .make(caller);
  }

  private static int port() {
    return one.context().getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @Test
  void everyEndpointRefusesAParameterThatItDoesNotHave() {
    Set<Endpoints.Endpoint> endpoints = Endpoints.ofControllers(one.context());
    assertThat(endpoints).hasSizeGreaterThan(20);
    for (var endpoint : endpoints) {
      boolean takesBody = !endpoint.method().equals("GET") && !endpoint.method().equals("DELETE");
      Replica.Answer answer =
          one.send(
              endpoint.method(),
              credentialOf(endpoint),
              endpoint.path() + "?dry_runs=true",
              takesBody ? "{}" : "");
      assertThat(answer.status()).as(endpoint.toString()).isEqualTo(422);
      assertThat(answer.code()).as(endpoint.toString()).isEqualTo("unknown_parameter");
      assertThat(answer.body().path("parameter").asString()).isEqualTo("dry_runs");
      if (DescribedEndpoints.isOfTheApi(endpoint)) {
        assertThat(answer.body().path("parameters"))
            .as(endpoint.toString())
            .extracting(name -> name.asString())
            .isEqualTo(DescribedEndpoints.parametersOf(endpoint));
      }
    }
  }
}
