package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.Topics;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Plants secrets and personal texts through every endpoint, then looks for them everywhere. */
class NoSecretInTablesTest extends PeopleHttpTest {
  @Test
  void nothingThatOnlyItsHolderMayKnowStandsInATableOrTopic() {
    String email = someEmail();
    var secrets = new ArrayList<String>();
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    secrets.addAll(List.of(email, PASSWORD, membership.token, api.address(), "test browser"));
    api.post("/v1/invitations/accept", Map.of("token", membership.token, "password", PASSWORD));
    Api.Answer session = signedIn(email);
    Api.Answer totp =
        api.post(
            "/v1/me/totp", session.field("access_token"), Map.of("current_password", PASSWORD));
    secrets.add(totp.field("secret"));
    api.post(
        "/v1/me/totp/confirm",
        session.field("access_token"),
        Map.of("code", codeOf(secretOf(totp))));
    clock.advance(Duration.ofSeconds(30));
    Api.Answer challenged = signIn(email);
    secrets.add(challenged.field("challenge"));
    String code = codeOf(secretOf(totp));
    Api.Answer second = verify(challenged.field("challenge"), code);
    Api.Answer third = refresh(second.field("refresh_token"));
    for (Api.Answer answer : List.of(session, second, third)) {
      secrets.add(answer.field("access_token"));
      secrets.add(answer.field("refresh_token"));
    }
    api.post("/v1/sessions", Map.of("email", email, "password", "a wrong password of theirs"));
    secrets.add("a wrong password of theirs");
    refresh(second.field("refresh_token"));

    List<String> stored = Stream.concat(DATABASE.everything().stream(), topics().stream()).toList();
    assertThat(stored).hasSizeGreaterThan(10);
    assertThat(secrets).doesNotContainNull();
    for (String secret : secrets) {
      String hex = HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
      assertThat(stored).noneMatch(row -> row.contains(secret) || row.contains(hex));
    }
  }

  private static List<String> topics() {
    var kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      List<TopicPartition> partitions =
          Stream.of(Topics.REVOCATIONS, Topics.ACTIVITY)
              .flatMap(topic ->
                  IntStream.range(0, Topics.PARTITIONS).mapToObj(p -> new TopicPartition(topic, p)))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var texts = new ArrayList<String>();
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(r -> texts.add(r.key() + " " + new String(r.value(), StandardCharsets.UTF_8)));
      }
      return texts;
    }
  }
}
