package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.Caller;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.testing.AllowChecks;
import dev.keyledger.testing.BodyChecks;
import dev.keyledger.testing.DescribedEndpoints;
import dev.keyledger.testing.Endpoints;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.RawHttp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is asked is answered or refused, and never left out. */
@ExtendWith(SharedReplica.Resolver.class)
class EveryEndpointTest {
  private final TestLedger ledger;
  private final QueryServiceUnderTest service;
  private final SharedReplica replica;

  EveryEndpointTest(SharedReplica replica) {
    this.replica = replica;
    ledger = replica.ledger;
    service = replica.service;
  }

  @Test
  void everyEndpointRefusesAParameterThatItDoesNotHave() {
    Set<Endpoints.Endpoint> endpoints = Endpoints.ofControllers(service.context());
    assertThat(endpoints).hasSizeGreaterThan(8);
    for (var endpoint : endpoints) {
      String unknown = endpoint.path() + "?not_here=1";
      var answer =
          endpoint.isInternal()
              ? service.postAs(internal(), unknown, "{}")
              : service.call(OPERATOR, endpoint.method(), unknown);
      assertThat(answer.status()).as(endpoint.toString()).isEqualTo(422);
      assertThat(answer.code()).as(endpoint.toString()).isEqualTo("unknown_parameter");
      assertThat(answer.body().path("parameter").asString()).isEqualTo("not_here");
      assertThat(answer.body().path("parameters").isArray()).isTrue();
      if (DescribedEndpoints.isOfTheApi(endpoint)) {
        assertThat(answer.body().path("parameters"))
            .as(endpoint.toString())
            .extracting(name -> name.asString())
            .isEqualTo(DescribedEndpoints.parametersOf(endpoint));
      }
      for (var known : answer.body().path("parameters")) {
        String asked = endpoint.path() + "?" + known.asString() + "=x";
        assertThat(service.call(OPERATOR, endpoint.method(), asked).code())
            .as(asked)
            .isNotEqualTo("unknown_parameter");
      }
    }
  }

  private String internal() {
    return new InternalTokens(service.serverKeys, replica.clock)
        .make(ServicePair.DELIVERY_TO_QUERY);
  }

  @Test
  void saysWhichMethodsItTakesAndTakesNoOther() {
    assertThat(AllowChecks.amiss(service.context(), service.port(), List.of())).isEmpty();
  }

  @Test
  void aPathThatIsNotThereIs404ByWhateverMethod() {
    for (String method : List.of("OPTIONS", "GET", "POST", "TRACE", "PURGE")) {
      var answer = RawHttp.send(service.port(), method + " /v1/organizations/a/b/c HTTP/1.1");
      assertThat(answer.status()).as(method).isEqualTo(404);
      assertThat(answer.body()).contains("not_found");
      assertThat(answer.header("Keyledger-Reason")).isEmpty();
    }
  }

  @Test
  void aBodyIsOfTheOneTypeAndAnActionWithoutFieldsTakesNone() {
    String credential = "Authorization: Bearer " + service.tokenOf(OPERATOR);
    String retry = "POST /v1/platform/halted-organizations/nobody/retry";
    assertThat(BodyChecks.amiss(service.port(), retry, "application/json", "{}", credential))
        .isEmpty();
    String head =
        retry + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n";
    for (var due : Map.of("[]", 422, "{\"reason\":\"x\"}", 422, "{", 400, "\"\"", 422).entrySet()) {
      RawHttp.Answer answer =
          RawHttp.answerTo(
              service.port(),
              head
                  + credential
                  + "\r\nContent-Length: "
                  + due.getKey().length()
                  + "\r\n\r\n"
                  + due.getKey());
      assertThat(answer.status()).as(due.getKey()).isEqualTo(due.getValue());
    }
    assertThat(BodyChecks.tooLarge(service.port(), "/v1/organizations")).isEmpty();
  }

  @Test
  void whatCannotBeAnsweredInAFormThatIsAcceptedIsNotDone() {
    String credential = "Authorization: Bearer " + service.tokenOf(OPERATOR);
    for (var endpoint : Endpoints.ofControllers(service.context())) {
      RawHttp.Answer answer =
          RawHttp.send(
              service.port(),
              endpoint.method() + " " + endpoint.path() + " HTTP/1.1",
              credential,
              "Accept: text/csv",
              "Content-Length: 0");
      assertThat(answer.status()).as(endpoint.toString()).isIn(406, 404, 204);
    }
  }

  @Test
  void anAuditIsOfWhatWasAskedFor() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    Caller caller = member(stream, ALL);
    String path = "/v1/organizations/" + stream.id;

    var answer = service.get(caller, path + "/events?since=2030-01-01T00:00:00Z");
    assertThat(json(answer.body()))
        .isEqualTo(
            "{'type':'about:blank','title':'Unprocessable Content','status':422,"
                + "'code':'unknown_parameter','detail':'There is no parameter since here; there"
                + " are: actor, at_least, cursor, from, ip, key, limit, member, order, q,"
                + " request_id, session, source, to, type',"
                + "'parameter':'since',"
                + "'parameters':['actor','at_least','cursor','from','ip','key','limit','member','order','q',"
                + "'request_id','session','source','to','type']}");
    for (String asked :
        List.of(
            "/events?format=csv",
            "/events?limit=5&as_of=2030-01-01T00:00:00Z",
            "/events?Limit=5",
            "/events?limit%5B%5D=5",
            "/events?",
            "/keys?name=x",
            "/members?role=owner",
            "/policy?at=1",
            "?fields=slug")) {
      assertThat(service.get(caller, path + asked).code())
          .as(asked)
          .isEqualTo(asked.equals("/events?") ? "" : "unknown_parameter");
    }
  }

  @Test
  void whoMayNotAskIsToldThatFirst() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    Caller stranger = member(new Stream(), ALL);
    String path = "/v1/organizations/" + stream.id + "/events?since=1";

    assertThat(service.get(stranger, path).code()).isEqualTo("forbidden");
  }

  @Test
  void aParameterStandsOnceAndHasAValueUnlessItIsAList() {
    var stream = new Stream();
    ledger.publish(stream.registered());
    service.awaitApplied(stream);
    Caller caller = member(stream, ALL);
    String path = "/v1/organizations/" + stream.id;

    for (String asked :
        List.of(
            "/events?limit=1&limit=2",
            "/events?limit=1&limit=1",
            "/events?key=",
            "/events?key",
            "/events?type=",
            "/keys?environment=",
            "/keys?status=",
            "/keys?status=active&status=",
            "/members?cursor=",
            "?at_least=")) {
      var answer = service.get(caller, path + asked);
      assertThat(answer.status()).as(asked).isEqualTo(422);
      assertThat(answer.code()).as(asked).isEqualTo("invalid_field");
      assertThat(asked).contains(answer.body().path("field").asString());
    }
    for (String asked :
        List.of(
            "/keys?status=active&status=rotating",
            "/keys?status=active,rotating&status=revoked",
            "/events?type=key.created&type=key.revoked",
            "/members?status=active&status=removed")) {
      assertThat(service.get(caller, path + asked).status()).as(asked).isEqualTo(200);
    }
    assertThat(service.get(caller, path + "/keys?status=active&status=lost").status())
        .isEqualTo(422);
  }
}
