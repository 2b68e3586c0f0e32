package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.ALL;
import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static dev.keyledger.query.QueryServiceUnderTest.member;
import static dev.keyledger.query.SharedReplica.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import dev.keyledger.testkit.StubServer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Receipts of keys' ends, which command-service keeps. */
@ExtendWith(SharedReplica.Resolver.class)
class ReceiptReadsTest {
  private static final String ASKED = "/internal/v1/keys/receipt";
  private static final String RECEIPT =
      """
      {"position":2,"in_force":true,"in_force_at":"2026-05-28T14:43:58.020Z","consumers":[
      {"name":"token-service","instance":"a","channel":"token_service","applied_at":"2026-05-28T14:43:58.012Z","refuses_by":null},
      {"name":"shop","instance":"1","channel":"sse","applied_at":null,"refuses_by":"2026-05-28T14:44:09.000Z"}]}
      """
          .replace("\n", "");

  private final TestLedger ledger;
  private final QueryServiceUnderTest service;
  private final StubServer command;
  private final Stream stream = new Stream();
  private final KeyId key = TestLedger.newKey();

  ReceiptReadsTest(SharedReplica replica) {
    ledger = replica.ledger;
    service = replica.service;
    command = replica.command;
  }

  @BeforeEach
  void aKeyThatWasRevoked() {
    ledger.publish(
        stream.registered(),
        stream.next(TestLedger.created(key, "a key")),
        stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, TestLedger.START)));
    service.awaitApplied(stream);
    says(200, "{\"receipt\":" + RECEIPT + "}");
  }

  @AfterEach
  void whoeverElseAsksIsToldNothing() {
    command.answerJson(404, "{}");
  }

  private void says(int status, String body) {
    command.answerByBody((asked, exchange) -> {
      boolean due = asked.target().equals(ASKED);
      StubServer.answerJson(exchange, due ? status : 404, due ? body : "{}");
    });
  }

  private long asked() {
    return command.asked().stream().filter(one -> one.body().contains(key.value())).count();
  }

  private String path(String of) {
    return "/v1/organizations/" + stream.id + "/keys/" + of + "/receipt";
  }

  @Test
  void itHasTheShapeOfTheAnswerThatRevoked() {
    for (Caller caller : List.of(member(stream, ALL), OPERATOR)) {
      var answer = service.get(caller, path(key.value()) + "?at_least=2");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(json(answer.body()))
          .isEqualTo(
              RECEIPT.replace('"', '\'').replaceFirst("}$", "")
                  + ",'proof':'/v1/organizations/%s/log/proof?key=%s&at_least=2'}"
                      .formatted(stream.id, key));
      assertThat(answer.header("Keyledger-Position")).isEqualTo("2");
    }
    var asked = command.asked().stream().filter(one -> one.body().contains(key.value())).toList();
    assertThat(EventCodec.mapper().readTree(asked.getFirst().body()))
        .isEqualTo(
            EventCodec.mapper()
                .readTree("{\"organization\":\"%s\",\"key\":\"%s\"}".formatted(stream.id, key)));
  }

  @Test
  void whoWasToldBySubscriptionsStandsBesideThem() {
    String receivers =
        "[{\"subscription\":\"sub_0190f5c2-7b3a-7c4d-8e5f-0123456789ab\",\"name\":\"siem\","
            + "\"channel\":\"webhook\",\"status\":\"pending\",\"answered_at\":null,\"attempts\":2,"
            + "\"last_failure\":{\"at\":\"2026-05-28T14:43:58.100Z\",\"status\":500,\"error\":null}}]";
    says(200, "{\"receipt\":" + RECEIPT + ",\"receivers\":" + receivers + "}");
    var answer = service.get(member(stream, ALL), path(key.value()) + "?at_least=2");
    assertThat(answer.body().required("receivers"))
        .isEqualTo(EventCodec.mapper().readTree(receivers));
    // Who may not list subscriptions isn't told of them here either.
    var without = service.get(member(stream, Set.of("api_keys.read")), path(key.value()));
    assertThat(without.status()).isEqualTo(200);
    assertThat(without.body().has("receivers")).isFalse();
    assertThat(without.body().required("consumers")).hasSize(2);
  }

  @Test
  void aKeyThatHasNotEndedOrIsNotThereHasNone() {
    Caller caller = member(stream, ALL);
    says(200, "{\"receipt\":null}");
    var none = service.get(caller, path(key.value()));
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.code()).isEqualTo("receipt_not_found");
    for (String other : List.of(TestLedger.newKey().value(), "no-id")) {
      var answer = service.get(caller, path(other));
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.code()).isEqualTo("key_not_found");
    }
  }

  @Test
  void whoMayNotSeeKeysIsToldSoAndNobodyIsAsked() {
    var other = new Stream();
    ledger.publish(other.registered());
    service.awaitApplied(other);
    assertThat(service.get(member(stream, Set.of("audit.read")), path(key.value())).status())
        .isEqualTo(403);
    assertThat(service.get(member(other, ALL), path(key.value())).status()).isEqualTo(403);
    var elsewhere = "/v1/organizations/" + other.id + "/keys/" + key + "/receipt";
    assertThat(service.get(member(other, ALL), elsewhere).code()).isEqualTo("key_not_found");
    assertThat(asked()).isZero();
  }

  @Test
  void whereItCannotBeToldItIs503() {
    says(500, "{}");
    var answer = service.get(member(stream, ALL), path(key.value()));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("unavailable");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }
}
