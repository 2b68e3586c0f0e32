package dev.keyledger.kit.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.f4b6a3.uuid.UuidCreator;
import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.testkit.StubServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PeopleKeysTest {
  private final SecureRandom random = new SecureRandom();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<PersonId, byte[]> living = new ConcurrentHashMap<>();
  private final List<Integer> questions = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private long nanos;
  private final StubServer server = new StubServer();
  private TokenServiceClient client;
  private PeopleKeys people;

  @BeforeEach
  void start() {
    server.answerByBody(this::keys);
    client = new TokenServiceClient(server.uri("/"), () -> "token");
    people = new PeopleKeys(client, meters, () -> nanos, PeopleKeys.TO_SEAL);
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.close();
  }

  @Test
  void aKeyOpensWhatItsPersonsTextsSayAndIsAskedForOnce() {
    PersonId person = living();
    var sealed = new PersonKey(person, living.get(person)).seal("ada@example.com", random);

    assertThat(people.of(Set.of(person)).text(sealed)).isEqualTo("ada@example.com");
    assertThat(people.of(Set.of(person)).keyOf(person)).isPresent();
    assertThat(questions).containsExactly(1);
    assertThat(server.last().target()).isEqualTo("/internal/v1/people/data-keys");
    assertThat(server.last().headers().getFirst("Authorization")).isEqualTo("Bearer token");
    assertThat(people.of(Set.of(person)).toString()).doesNotContain("ada");
  }

  @Test
  void anErasedPersonHasNoKeyAndTheAnswerIsWhole() {
    PersonId erased = PersonId.of(UuidCreator.getTimeOrderedEpoch());

    assertThat(people.of(Set.of(erased)).keyOf(erased)).isEmpty();
    assertThat(people.of(Set.of(erased)).complete()).isTrue();
    assertThat(questions).containsExactly(1);
  }

  @Test
  void aKeyIsForgottenAfterFiveMinutes() {
    PersonId person = living();
    people.of(Set.of(person));
    living.clear();

    nanos += Duration.ofMinutes(5).minusNanos(1).toNanos();
    assertThat(people.of(Set.of(person)).keyOf(person)).isPresent();
    nanos += 1;
    assertThat(people.of(Set.of(person)).keyOf(person)).isEmpty();
    assertThat(questions).containsExactly(1, 1);
  }

  @Test
  void aRequestAsksAboutNobodyTwiceAndAboutNobodyOnceItsTimeIsOver() {
    PersonId one = living();
    PersonId other = living();
    PeopleKeys.Opened has = people.of(Set.of(one));
    nanos += PeopleKeys.TO_SEAL.toNanos();
    long later = System.nanoTime() + Duration.ofMinutes(1).toNanos();

    assertThat(people.more(has, Set.of(one, other), later).keys()).containsOnlyKeys(one, other);
    assertThat(questions).containsExactly(1, 1);

    PeopleKeys.Opened late = people.more(has, Set.of(one, living()), System.nanoTime());
    assertThat(late.complete()).isFalse();
    assertThat(late.keys()).containsOnlyKeys(one);
    assertThat(questions).containsExactly(1, 1);
  }

  @Test
  void manyAreAskedForInParts() {
    var all = new HashSet<PersonId>();
    for (int i = 0; i < 1_001; i++) {
      all.add(living());
    }

    assertThat(people.of(all).keys()).hasSize(1_001);
    assertThat(questions).containsExactly(500, 500, 1);
  }

  @Test
  void aRefusalIsCountedAndNothingOfItIsKept() {
    PersonId person = living();
    server.answer(exchange -> StubServer.answer(exchange, 503, ""));
    assertThat(people.of(Set.of(person)).complete()).isFalse();

    server.answer(
        exchange -> StubServer.answer(exchange, 200, "{\"keys\":[{\"person\":\"nobody\"}]}"));
    assertThat(people.of(Set.of(person)).complete()).isFalse();

    server.answer(exchange -> StubServer.answer(exchange, 200, " ".repeat(1024 * 1024 + 1)));
    assertThat(people.of(Set.of(person)).complete()).isFalse();

    server.answerByBody(this::keys);
    assertThat(people.of(Set.of(person)).keyOf(person)).isPresent();
    assertThat(failures()).isEqualTo(3);
  }

  @Test
  void anAnswerThatStallsBehindItsHeadersIsNotWaitedForForEver() {
    PersonId person = living();
    server.answer(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      awaitEnd();
      exchange.close();
    });

    long from = System.nanoTime();
    assertThat(people.of(Set.of(person)).complete()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
    assertThat(failures()).isEqualTo(1);
  }

  @Test
  void aRefusalSaysItsStatusAndNoAnswerSaysNone() {
    server.answer(exchange -> StubServer.answer(exchange, 422, ""));
    assertThatExceptionOfType(UnansweredException.class)
        .isThrownBy(() -> ask())
        .returns(422, UnansweredException::status);

    server.close();
    assertThatExceptionOfType(UnansweredException.class)
        .isThrownBy(() -> ask())
        .returns(0, UnansweredException::status);
  }

  private void ask() {
    client.post(
        "/internal/v1/people/data-keys",
        new PeopleKeys.Question(List.of()),
        PeopleKeys.Answer.class);
  }

  private double failures() {
    return meters.counter("keyledger.people.keys.failures").count();
  }

  private PersonId living() {
    PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());
    var material = new byte[32];
    random.nextBytes(material);
    living.put(person, material);
    return person;
  }

  private void keys(StubServer.Asked request, HttpExchange exchange) throws IOException {
    JsonNode asked = EventCodec.mapper().readTree(request.body()).path("people");
    questions.add(asked.size());
    var items = new ArrayList<String>();
    for (JsonNode person : asked) {
      byte[] material = living.get(new PersonId(person.stringValue()));
      if (material != null) {
        items.add(
            "{\"person\":\"%s\",\"material\":\"%s\"}"
                .formatted(
                    person.stringValue(),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(material)));
      }
    }
    StubServer.answer(exchange, 200, "{\"keys\":[" + String.join(",", items) + "]}");
  }

  private void awaitEnd() {
    try {
      boolean unused = ended.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
