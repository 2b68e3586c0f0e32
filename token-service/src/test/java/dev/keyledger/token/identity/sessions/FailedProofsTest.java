package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What an organisation is told of tries at its members' accounts. */
class FailedProofsTest extends PeopleHttpTest {
  private final String email = someEmail();

  @Test
  void ofALockOutTheOneTryIsToldThatLocksAndNoneOfThoseBehindIt() {
    Org org = org();
    org.member(email);

    guessPasswords(15);
    clock.advance(Duration.ofMinutes(2));
    signedIn(email);

    assertThat(toldUntilSignedIn(org, 1))
        .containsExactlyElementsOf(nineFailuresThen(Kind.LOCKED_OUT));
  }

  @Test
  void whatLocksAgainIsToldAgain() {
    Org org = org();
    org.member(email);

    guessPasswords(12);
    clock.advance(Duration.ofMinutes(2));
    guessPasswords(3);
    clock.advance(Duration.ofMinutes(4));
    signedIn(email);

    assertThat(toldUntilSignedIn(org, 1))
        .containsExactlyElementsOf(nineFailuresThen(Kind.LOCKED_OUT, Kind.LOCKED_OUT));
  }

  @Test
  void codesThatLockAreToldAsPasswordsAre() {
    person(email, TOTP_SECRET, false);
    Org org = org();
    org.memberWithSecondStep(email);
    int before = toldUntilSignedIn(org, 0).size();

    for (int i = 0; i < 15; i++) {
      Api elsewhere = anotherAddress();
      String challenge = elsewhere.post("/v1/sessions", credentials(PASSWORD)).field("challenge");
      assertThat(
              elsewhere
                  .post("/v1/sessions/verify", Map.of("challenge", challenge, "code", wrongCode()))
                  .code())
          .isEqualTo("401 invalid_code");
    }
    clock.advance(Duration.ofMinutes(2));
    assertThat(verify(signIn(email).field("challenge"), code()).status()).isEqualTo(201);

    List<Kind> told = toldUntilSignedIn(org, 1);
    assertThat(told.subList(before, told.size()))
        .containsExactlyElementsOf(nineFailuresThen(Kind.LOCKED_OUT));
  }

  @Test
  void aCodeThatIsWrongForReplacingTheSecondStepIsToldToo() {
    person(email, TOTP_SECRET, false);
    Org org = org();
    org.memberWithSecondStep(email);
    String token = verify(signIn(email).field("challenge"), code()).field("access_token");
    int before = toldUntilSignedIn(org, 1).size();

    assertThat(
            api.post(
                    "/v1/me/totp", token, Map.of("current_password", PASSWORD, "code", wrongCode()))
                .code())
        .isEqualTo("401 invalid_code");
    clock.advance(Duration.ofSeconds(30));
    assertThat(verify(signIn(email).field("challenge"), code()).status()).isEqualTo(201);

    List<Kind> told = toldUntilSignedIn(org, 2);
    assertThat(told.subList(before, told.size())).containsExactly(Kind.SIGN_IN_FAILED);
  }

  @Test
  void howeverManyOrganisationsHearOfAFailureItIsWrittenByOneStatement() throws SQLException {
    List<Org> orgs =
        IntStream.range(0, 5)
            .mapToObj(i -> {
              Org org = org();
              org.member(email);
              return org;
            })
            .toList();
    Org last = orgs.getLast();
    Map<String, String> there =
        Map.of("email", email, "password", PASSWORD, "organization", last.slug);
    assertThat(api.post("/v1/sessions", there).status()).isEqualTo(201);
    toldUntilSignedIn(last, 1);

    try (Connection relays = holdingTheRelayUp()) {
      assertThat(api.post("/v1/sessions", credentials("wrong")).status()).isEqualTo(401);

      assertThat(written(orgs, "count(*)")).isEqualTo(5);
      assertThat(written(orgs, "count(distinct (xmin::text, cmin::text))")).isEqualTo(1);
      relays.rollback();
    }
  }

  private static Connection holdingTheRelayUp() throws SQLException {
    Connection connection = DATABASE.database().asSuperuser();
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + 0x6b6c5f6f7574626fL + ")");
    }
    return connection;
  }

  private static long written(List<Org> orgs, String what) {
    return DATABASE
        .jdbc()
        .sql("select " + what + " from outbox where topic = :topic and organization in (:orgs)")
        .param("topic", Topics.ACTIVITY)
        .param("orgs", orgs.stream().map(org -> org.id.value()).toList())
        .query(Long.class)
        .single();
  }

  private void guessPasswords(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(anotherAddress().post("/v1/sessions", credentials("wrong")).code())
          .isEqualTo("401 invalid_credentials");
    }
  }

  private Map<String, String> credentials(String password) {
    return Map.of("email", email, "password", password);
  }

  private static List<Kind> nineFailuresThen(Kind... more) {
    var kinds = new ArrayList<Kind>();
    IntStream.range(0, 9).forEach(i -> kinds.add(Kind.SIGN_IN_FAILED));
    kinds.addAll(List.of(more));
    return kinds;
  }

  /** The failures that its organisation was told of, in their order, up to that sign-in. */
  private static List<Kind> toldUntilSignedIn(Org org, int signIns) {
    var kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      consumer.assign(List.of(new TopicPartition(Topics.ACTIVITY, Topics.partitionOf(org.id))));
      consumer.seekToBeginning(consumer.assignment());
      var told = new ArrayList<Kind>();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(record -> {
                  if (record.key().equals(org.id.value())) {
                    told.add(EventCodec.decode(record.value(), Activity.class).kind());
                  }
                });
            return told.stream().filter(Kind.SIGN_IN_SUCCEEDED::equals).count() >= signIns;
          });
      told.removeIf(kind -> kind != Kind.SIGN_IN_FAILED && kind != Kind.LOCKED_OUT);
      return told;
    }
  }
}
