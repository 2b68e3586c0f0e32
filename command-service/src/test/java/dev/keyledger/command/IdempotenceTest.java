package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IdempotenceTest extends CommandServiceTest {
  private final RegisteredOrganization organization = organization("syncgram-pay");
  private final String owner = member(organization, "owner");

  private Answer create(Replica replica, String as, String name, String key) {
    return replica.post(as, organization.keys(), newKey(name, "test"), "Idempotency-Key", key);
  }

  @Test
  void aRetryGetsTheFirstAnswerThroughAnyReplicaThoughTheLimitIsReached() {
    Answer first = create(one, owner, "k", "a-1");
    Answer again = create(two, owner, "k", "a-1");
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Keyledger-Position")).isEqualTo(first.header("Keyledger-Position"));
    assertThat(create(one, owner, "k", "a-2").code()).isEqualTo("key_limit_reached");
  }

  @Test
  void concurrentRetriesThroughTwoReplicasMakeOneKey() throws Exception {
    var start = new CountDownLatch(1);
    List<Future<Answer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        Replica replica = i % 2 == 0 ? one : two;
        answers.add(
            clients.submit(() -> {
              start.await();
              return create(replica, owner, "k", "race");
            }));
      }
      start.countDown();
    }
    Set<String> texts =
        answers.stream()
            .map(a -> {
              assertThat(a.resultNow().status()).as(a.resultNow().text()).isEqualTo(201);
              return a.resultNow().text();
            })
            .collect(Collectors.toSet());
    assertThat(texts).hasSize(1);
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefused() {
    create(one, owner, "k", "b-1");
    Answer other = create(one, owner, "another name", "b-1");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.code()).isEqualTo("idempotency_key_reused");
  }

  @Test
  void whiteSpaceAndOrderOfFieldsMakeNoOtherBody() {
    Answer first =
        one.post(
            owner,
            organization.keys(),
            "{\"name\":\"k\",\"environment\":\"test\"}",
            "Idempotency-Key",
            "c-1");
    Answer again =
        one.post(
            owner,
            organization.keys(),
            "{ \"environment\": \"test\", \"name\": \"k\" }",
            "Idempotency-Key",
            "c-1");
    assertThat(again.text()).isEqualTo(first.text());
  }

  @Test
  void theKeyBelongsToTheMember() {
    String other = member(organization, "developer");
    create(one, owner, "k", "d-1");
    assertThat(create(one, other, "k", "d-1").code()).isEqualTo("key_limit_reached");
  }

  @Test
  void theKeyBelongsToTheOperationAndToItsSubject() {
    Answer created = create(one, owner, "k", "e-1");
    String id = created.body().required("key").required("id").stringValue();
    String rotate = organization.keys() + "/" + id + "/rotate";
    Answer rotated = one.post(owner, rotate, "{}", "Idempotency-Key", "e-1");
    assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
    assertThat(two.post(owner, rotate, "{}", "Idempotency-Key", "e-1").text())
        .isEqualTo(rotated.text());
    assertThat(one.post(owner, rotate, "{}", "Idempotency-Key", "e-2").code())
        .isEqualTo("rotation_in_progress");
  }

  @Test
  void whoeverIsNoLongerAllowedGetsNoOldAnswer() {
    String leaving = member(organization, "developer");
    assertThat(create(one, leaving, "k", "f-1").status()).isEqualTo(201);
    assertThat(
            one.send("DELETE", owner, organization.path() + "/members/" + memberIdOf(leaving), "")
                .status())
        .isEqualTo(204);
    assertThat(create(two, leaving, "k", "f-1").status()).isEqualTo(403);
  }

  @Test
  void aRefusalIsNotRemembered() {
    Answer first = create(one, owner, "k", "g-1");
    assertThat(create(one, owner, "k", "g-2").status()).isEqualTo(409);
    String id = first.body().required("key").required("id").stringValue();
    one.post(owner, organization.keys() + "/" + id + "/revoke", "{}");
    clock.advance(Duration.ofMinutes(2));
    assertThat(create(one, owner, "k", "g-2").status()).isEqualTo(201);
  }

  @Test
  void afterADayTheKeyIsFreeAgain() {
    Answer first = create(one, owner, "k", "h-1");
    clock.advance(Duration.ofHours(24).minusSeconds(1));
    assertThat(create(one, owner, "k", "h-1").text()).isEqualTo(first.text());
    clock.advance(Duration.ofSeconds(1));
    assertThat(create(one, owner, "k", "h-1").code()).isEqualTo("key_limit_reached");
  }

  @Test
  void aRetryAfterTheKeysOwnEndStillGetsTheFirstAnswer() {
    String body =
        "{\"name\":\"k\",\"environment\":\"test\",\"expires_at\":\"%s\"}"
            .formatted(clock.instant().plus(Duration.ofHours(1)));
    Answer first = one.post(owner, organization.keys(), body, "Idempotency-Key", "i-1");
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    clock.advance(Duration.ofHours(2));
    assertThat(two.post(owner, organization.keys(), body, "Idempotency-Key", "i-1").text())
        .isEqualTo(first.text());
    Answer late = one.post(owner, organization.keys(), body, "Idempotency-Key", "i-2");
    assertThat(late.body().path("field").asString()).as(late.text()).isEqualTo("expires_at");
  }

  @Test
  void aKeyThatIsNoHeaderOfOursIsAnInvalidField() {
    Answer answer = create(one, owner, "k", "with blank");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().required("field").stringValue()).isEqualTo("Idempotency-Key");
  }
}
