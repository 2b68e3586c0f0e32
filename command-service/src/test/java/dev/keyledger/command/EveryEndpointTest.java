package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testing.AllowChecks;
import dev.keyledger.testing.Endpoints;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A command whose caller meant something else by it isn't carried out. */
class EveryEndpointTest extends CommandServiceTest {
  @Test
  void saysWhichMethodsItTakesAndTakesNoOther() {
    int port =
        one.context().getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    assertThat(AllowChecks.amiss(one.context(), port, List.of())).isEmpty();
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
              OPERATOR,
              endpoint.path() + "?dry_run=true",
              takesBody ? "{}" : "");
      assertThat(answer.status()).as(endpoint.toString()).isEqualTo(422);
      assertThat(answer.code()).as(endpoint.toString()).isEqualTo("unknown_parameter");
      assertThat(answer.body().path("parameter").asString()).isEqualTo("dry_run");
    }
  }
}
