package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionCommandsOverHttpTest extends CommandServiceTest {
  private final RegisteredOrganization organization = organization("standard");
  private final String admin = member(organization, "admin");
  private final String path = organization.path() + "/subscriptions";

  private static String body(String url, String signature) {
    return """
    {"kind":"webhook","name":"siem","url":"%s","events":["key.*","member.removed"],"signature":%s}
    """
        .formatted(url, signature);
  }

  private Answer created(String signature) {
    Answer answer = one.post(admin, path, body("https://receiver.example/hooks", signature));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer;
  }

  private String pathOf(Answer created) {
    return path + "/" + created.body().at("/subscription/id").stringValue();
  }

  @Test
  void anAdminsDayWithASubscription() {
    Answer created = created("\"v1\"");
    var shown = created.body().required("subscription");
    assertThat(shown.propertyNames())
        .containsExactly(
            "id",
            "kind",
            "name",
            "url",
            "events",
            "signature",
            "status",
            "paused_for",
            "created_at",
            "secrets");
    assertThat(created.body().required("secret").stringValue()).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(created.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(created.header("Cache-Control")).isEqualTo("no-store");
    String one = pathOf(created);

    Answer changed =
        two.send("PATCH", admin, one, "{\"url\":\"https://other.example/\",\"events\":[\"*\"]}");
    assertThat(changed.body().at("/subscription/url").stringValue())
        .isEqualTo("https://other.example/");
    Answer rotated = two.post(admin, one + "/rotate-secret", "{\"overlap_seconds\":3600}");
    assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
    assertThat(rotated.body().at("/subscription/secrets").size()).isEqualTo(2);
    assertThat(rotated.body().at("/subscription/secrets/0/id").intValue()).isEqualTo(2);
    assertThat(rotated.body().required("secret").stringValue())
        .startsWith("whsec_")
        .isNotEqualTo(created.body().required("secret").stringValue());
    assertThat(two.post(admin, one + "/rotate-secret", "").code())
        .isEqualTo("rotation_in_progress");
    assertThat(
            two.post(admin, one + "/pause", "{\"reason\":\"moving\"}")
                .body()
                .at("/subscription/paused_for")
                .stringValue())
        .isEqualTo("requested");
    assertThat(two.post(admin, one + "/resume", "").body().at("/subscription/status").stringValue())
        .isEqualTo("active");
    assertThat(two.send("DELETE", admin, one, "").status()).isEqualTo(204);
    assertThat(two.send("DELETE", admin, one, "").code()).isEqualTo("subscription_not_found");
    assertThat(two.post(admin, path + "/sub_none/pause", "").code())
        .isEqualTo("subscription_not_found");
  }

  @Test
  void aCollectorIsMadeAndChangedAndItsTokenIsInNoAnswer() {
    Answer splunk =
        one.post(
            admin,
            path,
            """
            {"kind":"splunk_hec","name":"siem","url":"https://splunk.example/","token":"t0p-secret","index":"main"}
            """);
    assertThat(splunk.status()).as(splunk.text()).isEqualTo(201);
    assertThat(splunk.text()).doesNotContain("t0p-secret").doesNotContain("\"secret\"");
    assertThat(splunk.body().at("/subscription/index").stringValue()).isEqualTo("main");
    assertThat(splunk.body().at("/subscription/events/0").stringValue()).isEqualTo("*");
    assertThat(splunk.body().at("/subscription/signature").stringValue()).isEqualTo("none");
    String one = pathOf(splunk);
    assertThat(
            two.send("PATCH", admin, one, "{\"url\":\"https://other.example/\"}")
                .body()
                .path("field")
                .asString(""))
        .isEqualTo("token");
    Answer moved =
        two.send(
            "PATCH",
            admin,
            one,
            "{\"url\":\"https://other.example/\",\"token\":\"an0ther\",\"index\":\"\"}");
    assertThat(moved.status()).as(moved.text()).isEqualTo(200);
    assertThat(moved.text()).doesNotContain("an0ther").doesNotContain("\"index\"");
    assertThat(moved.body().at("/subscription/secrets/0/id").intValue()).isEqualTo(2);
    assertThat(moved.body().at("/subscription/secrets").size()).isEqualTo(1);
    assertThat(two.post(admin, one + "/rotate-secret", "").code()).isEqualTo("other_kind");
  }

  @Test
  void aReceiverOfSyslogIsNamedByItsHost() {
    Answer syslog =
        one.post(admin, path, "{\"kind\":\"syslog\",\"name\":\"siem\",\"host\":\"logs.example\"}");
    assertThat(syslog.status()).as(syslog.text()).isEqualTo(201);
    assertThat(syslog.body().at("/subscription/url").stringValue())
        .isEqualTo("syslog+tls://logs.example:6514");
    assertThat(syslog.body().at("/subscription/port").intValue()).isEqualTo(6514);
    String one = pathOf(syslog);
    Answer moved = two.send("PATCH", admin, one, "{\"host\":\"2001:db8::7\",\"port\":1514}");
    assertThat(moved.body().path("field").asString("")).isEqualTo("host");
    Answer again =
        two.send("PATCH", admin, one, "{\"host\":\"other.example\",\"port\":1514,\"facility\":4}");
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.body().at("/subscription/host").stringValue()).isEqualTo("other.example");
    assertThat(again.body().at("/subscription/facility").intValue()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "kind | \"kind\":\"ssf\",\"url\":\"https://a.example/\"",
        "token | \"kind\":\"splunk_hec\",\"url\":\"https://a.example/\"",
        "token | \"kind\":\"splunk_hec\",\"url\":\"https://a.example/\",\"token\":\"a b\"",
        "host | \"kind\":\"splunk_hec\",\"url\":\"https://a.example/\",\"token\":\"t\",\"host\":\"a\"",
        "host | \"kind\":\"syslog\"",
        "url | \"kind\":\"syslog\",\"host\":\"a.example\",\"url\":\"https://a.example/\"",
        "host | \"kind\":\"syslog\",\"host\":\"10.0.0.1\"",
        "host | \"kind\":\"syslog\",\"host\":\"a.example/x\"",
        "host | \"kind\":\"syslog\",\"host\":\"localhost\"",
        "port | \"kind\":\"syslog\",\"host\":\"a.example\",\"port\":0",
        "ca | \"kind\":\"syslog\",\"host\":\"a.example\",\"ca\":\"none\"",
        "facility | \"kind\":\"webhook\",\"url\":\"https://a.example/\",\"events\":[\"*\"],\"facility\":4",
        "events | \"kind\":\"syslog\",\"host\":\"a.example\",\"events\":[\"key.nothing\"]",
      })
  void whatIsNoCollectorIsRefusedByTheFieldThatIsWrong(String field, String rest) {
    Answer answer = one.post(admin, path, "{\"name\":\"siem\"," + rest + "}");

    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("field").asString("")).as(answer.text()).isEqualTo(field);
  }

  @Test
  void whatIsSignedByAKeyShowsItsPublicHalfAndNoSecret() {
    Answer created = created("\"v1a\"");

    assertThat(created.body().has("secret")).isFalse();
    String publicKey = created.body().at("/subscription/secrets/0/public_key").stringValue();
    assertThat(publicKey).startsWith("whpk_");
    assertThat(Base64.getDecoder().decode(publicKey.substring(5))).hasSize(32);
  }

  @Test
  void aRetryGetsTheSameSecretThroughAnyReplicaAndAnotherBodyNone() {
    String body = body("https://receiver.example/hooks", "null");
    Answer first = one.post(admin, path, body, "Idempotency-Key", "s-1");
    Answer again = two.post(admin, path, body, "Idempotency-Key", "s-1");
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(
            one.post(admin, path, body("https://other.example/", "null"), "Idempotency-Key", "s-1")
                .code())
        .isEqualTo("idempotency_key_reused");
    String rotate = pathOf(first) + "/rotate-secret";
    Answer rotated = one.post(admin, rotate, "{}", "Idempotency-Key", "s-1");
    assertThat(two.post(admin, rotate, "{}", "Idempotency-Key", "s-1").text())
        .isEqualTo(rotated.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://receiver.example/",
        "https://jane:hunter2@receiver.example/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:169.254.169.254]/",
        "https://localhost/",
        "receiver"
      })
  void aUrlThatThePlatformWouldNotCallIsRefusedWithWhy(String url) {
    for (Answer answer :
        new Answer[] {
          one.post(admin, path, body(url, "\"v1\"")),
          one.send("PATCH", admin, pathOf(created("\"v1\"")), "{\"url\":\"" + url + "\"}")
        }) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(422);
      assertThat(answer.code()).isEqualTo("invalid_url");
      assertThat(answer.text()).doesNotContain("receiver", "jane", "hunter2", "10.0.0.1");
    }
  }

  @Test
  void aDryRunSaysWhatWouldComeOfItAndMakesNothing() {
    Answer foreseen =
        one.post(admin, path + "?dry_run=true", body("https://receiver.example/hooks", "\"v1\""));

    assertThat(foreseen.status()).as(foreseen.text()).isEqualTo(200);
    var event = foreseen.body().at("/events/0");
    assertThat(event.required("type").stringValue()).isEqualTo("subscription.created");
    assertThat(event.at("/data").propertyNames())
        .containsExactly("kind", "name", "url", "events", "signature");
    assertThat(event.at("/subject/id").isNull()).isTrue();
    assertThat(foreseen.text()).doesNotContain("whsec_", "sealed", "commitment");
    assertThat(one.post(admin, path + "?dry_run=true", body("https://10.0.0.1/", "null")).code())
        .isEqualTo("invalid_url");
    assertThat(created("null").header("Keyledger-Position")).isEqualTo("2");
  }

  @Test
  void whoMayNotManageThemIsTold() {
    String auditor = member(organization, "auditor");
    Answer refused = one.post(auditor, path, body("https://receiver.example/hooks", "null"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().required("permission").stringValue())
        .isEqualTo("subscriptions.manage");
  }

  @Test
  void aReceiverThatIsGonePausesItsSubscriptionOnceAndOnlyDeliverySaysSo() {
    Answer created = created("\"v1\"");
    String id = created.body().at("/subscription/id").stringValue();
    String body =
        "{\"organization\":\"%s\",\"subscription\":\"%s\"}".formatted(organization.id(), id);
    String gone = "/internal/v1/subscriptions/gone";
    String delivery = new InternalTokens(serverKeys, clock).make(ServicePair.DELIVERY_TO_COMMAND);

    Answer first = one.post(delivery, gone, body);
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(two.post(delivery, gone, body).body()).isEqualTo(first.body());
    assertThat(
            two.post(admin, pathOf(created) + "/pause", "").body().at("/subscription/paused_for"))
        .hasToString("\"gone\"");
    assertThat(one.post(admin, gone, body).status()).isEqualTo(401);
    String query = new InternalTokens(serverKeys, clock).make(ServicePair.QUERY_TO_COMMAND);
    assertThat(one.post(query, gone, body).status()).isIn(401, 403);
    assertThat(one.post(delivery, gone, body.replace(organization.id(), unknown())).code())
        .isEqualTo("organization_not_found");
  }

  private static String unknown() {
    return "org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab";
  }
}
