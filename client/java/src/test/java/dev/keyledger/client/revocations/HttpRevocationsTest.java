package dev.keyledger.client.revocations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpRevocationsTest {
  private static final String ORG = "org_01890a5d-ac96-774b-bcce-b302099a8001";
  private static final String EMPTY = page("", "c0", false, true, "5");

  private final StubServer platform = new StubServer();
  private final AtomicLong nanos = new AtomicLong(7);
  private final BlockingQueue<String> streamed = new LinkedBlockingQueue<>();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile String page = EMPTY;
  private volatile int status = 200;
  private final HttpRevocations followed =
      new HttpRevocations(
          HttpClient.newHttpClient(),
          platform.uri("/v1/revocations"),
          () -> "own-key",
          Duration.ofHours(24),
          Duration.ofSeconds(1),
          nanos::get);

  HttpRevocationsTest() {
    platform.answer(this::answer);
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (!"text/event-stream".equals(exchange.getRequestHeaders().getFirst("Accept"))) {
      StubServer.answerJson(exchange, status, page);
      return;
    }
    streams.incrementAndGet();
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      String text = streamed.take();
      while (!text.equals("end")) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        text = streamed.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    followed.close();
    streamed.add("end");
    platform.close();
  }

  private static String page(
      String revocations, String next, boolean more, boolean fresh, String age) {
    return """
    {"revocations":[%s],"unreadable":[],"acknowledged":[],"next":"%s","more":%s,"reset":false,\
    "fresh":%s,"age_ms":%s}\
    """
        .formatted(revocations, next, more, fresh, age);
  }

  private static String ended(String key, long position) {
    return """
    {"organization":"%s","stream":"%s","position":%d,%s"subject":"credential","id":"%s",\
    "issued_before":"2026-05-28T14:43:58Z","effect":"end","ends_tokens":true,\
    "at":"2026-05-28T14:43:58Z","of_a_later_release":1}\
    """
        .formatted(
            ORG, ORG, position, position == 0 ? "" : "\"previous\":" + (position - 1) + ",", key);
  }

  private Verdict verdict(String key) {
    return followed.judge(
        new TokenTraits(
            "jti", key, ORG, null, null, key, Instant.parse("2026-05-28T14:00:00Z"), 100));
  }

  private void untilReady() {
    followed.start();
    await().until(followed::isReady);
  }

  @Test
  void whatHadEndedBeforeIsKnownOnceItIsReadyPageByPage() {
    var asked = new AtomicInteger();
    platform.answer(exchange -> {
      boolean first = exchange.getRequestURI().getQuery().equals("limit=1000");
      if (exchange.getRequestHeaders().getFirst("Accept").equals("application/json")) {
        asked.incrementAndGet();
        StubServer.answerJson(
            exchange,
            200,
            first
                ? page(ended("key_a", 0), "c1.1-2", true, true, "5")
                : page(ended("key_b", 1), "c2", false, true, "5"));
      } else {
        answer(exchange);
      }
    });
    untilReady();
    assertThat(verdict("key_a")).isEqualTo(Verdict.ENDED);
    assertThat(verdict("key_b")).isEqualTo(Verdict.ENDED);
    assertThat(verdict("key_c")).isEqualTo(Verdict.LIVE);
    assertThat(platform.asked().get(1).uri().getQuery()).isEqualTo("after=c1.1-2&limit=1000");
    assertThat(platform.asked().getFirst().headers().getFirst("Authorization"))
        .isEqualTo("Bearer own-key");
  }

  @Test
  void oneThatHasANameAcknowledgesShortlyWhatAPageOrTheStreamHasTold() {
    var asked = new LinkedBlockingQueue<String>();
    platform.answer(exchange -> {
      if (exchange.getRequestHeaders().getFirst("Accept").equals("application/json")) {
        asked.add(exchange.getRequestURI().getQuery());
      }
      answer(exchange);
    });
    String first = page(ended("key_a", 0), "c1", false, true, "5");
    page = first;
    // The questions that are due come every quarter of a minute.
    try (var named =
        new HttpRevocations(
            HttpClient.newHttpClient(),
            platform.uri("/v1/revocations"),
            () -> "own-key",
            Duration.ofHours(24),
            Duration.ofSeconds(60),
            "shop-1",
            nanos::get)) {
      named.start();
      await().until(() -> !asked.isEmpty());
      page = page("", "c1", false, true, "5");
      await().until(() -> asked.stream().anyMatch(query -> query.startsWith("after=c1&")));
      assertThat(asked.peek())
          .matches("limit=1000&follower=shop-1&instance=[0-9a-f-]{36}&max_staleness_ms=60000");
      await().until(() -> streams.get() > 0);
      int before = asked.size();
      streamed.add("event: revocation\ndata: " + ended("key_b", 1) + "\n\n");
      await().until(() -> asked.size() > before);
    }
  }

  @Test
  void aNameThatReceiptsCantShowIsRefused() {
    assertThatThrownBy(() ->
            new HttpRevocations(
                HttpClient.newHttpClient(),
                platform.uri("/v1/revocations"),
                () -> "own-key",
                Duration.ofHours(24),
                Duration.ofSeconds(10),
                "a shop",
                nanos::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPageThatHasMoreBehindItMakesNothingFresh() {
    page = page("", "c1", false, true, "null");
    followed.start();
    await().until(() -> platform.asked().size() > 4);
    assertThat(followed.isReady()).isFalse();
    page = page("", "c1", false, false, "5");
    int asked = platform.asked().size();
    await().until(() -> platform.asked().size() > asked + 4);
    assertThat(followed.isReady()).isFalse();
  }

  @Test
  void itIsFreshForTheBoundFromBeforeTheQuestionLessTheAgeOfTheAnswer() {
    page = page("", "c1", false, true, "400");
    untilReady();
    status = 503;
    int asked = platform.asked().size();
    await().until(() -> platform.asked().size() > asked + 1);
    assertThat(followed.ageNanos()).isEqualTo(Duration.ofMillis(400).toNanos());
    nanos.addAndGet(Duration.ofMillis(599).toNanos());
    assertThat(followed.isFresh()).isTrue();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(followed.isFresh()).isFalse();
    assertThat(followed.isReady()).isTrue();
    status = 200;
    await().until(followed::isFresh);
  }

  @Test
  void anEventOfTheStreamCountsAtOnceAndHeartbeatsMakeNothingFresh() {
    untilReady();
    await().until(() -> streams.get() == 1);
    status = 503;
    streamed.add("retry: 1000\n\nid: c1\nevent: revocation\ndata: " + ended("key_a", 0) + "\n\n");
    await().until(() -> verdict("key_a") == Verdict.ENDED);
    assertThat(followed.isStreaming()).isTrue();
    int asked = platform.asked().size();
    await().until(() -> platform.asked().size() > asked + 1);
    nanos.addAndGet(Duration.ofMillis(1_000).toNanos());
    streamed.add("event: heartbeat\ndata: {\"fresh\":true,\"age_ms\":1}\n\n");
    streamed.add("event: revocation\ndata: " + ended("key_b", 1) + "\n\n");
    await().until(() -> verdict("key_b") == Verdict.ENDED);
    assertThat(followed.isFresh()).isFalse();
  }

  @Test
  void aStreamThatEndedOrSaysNothingIsOpenedAnew() {
    untilReady();
    await().until(() -> streams.get() == 1);
    streamed.add("end");
    await().until(() -> streams.get() == 2);
    nanos.addAndGet(Duration.ofMillis(1_100).toNanos());
    await().until(() -> streams.get() == 3);
    streamed.add("end");
  }

  @Test
  void aGapSendsItsOrganisationBackToTheServiceThatKnows() {
    page = page(ended("key_a", 0), "c1", false, true, "5");
    untilReady();
    assertThat(verdict("key_x")).isEqualTo(Verdict.LIVE);
    page = page(ended("key_b", 200), "c2", false, true, "5");
    await().until(() -> verdict("key_x") == Verdict.RECHECK);
    assertThat(verdict("key_b")).isEqualTo(Verdict.ENDED);
  }

  @Test
  void aRecordThatCannotBeReadDoesTooUntilItIsAcknowledged() {
    String unreadable =
        EMPTY.replace(
            "\"unreadable\":[]", "\"unreadable\":[{\"record\":\"r1\",\"stream\":\"" + ORG + "\"}]");
    page = unreadable;
    untilReady();
    assertThat(verdict("key_x")).isEqualTo(Verdict.RECHECK);
    page = unreadable.replace("\"acknowledged\":[]", "\"acknowledged\":[\"r1\"]");
    await().until(() -> verdict("key_x") == Verdict.LIVE);
  }

  @Test
  void whatCannotBeReadIsNoAnswerAndTheFollowingGoesOn() {
    page = "{";
    followed.start();
    await().until(() -> platform.asked().size() > 2);
    page = "{\"next\":1}";
    int asked = platform.asked().size();
    await().until(() -> platform.asked().size() > asked + 2);
    assertThat(followed.isReady()).isFalse();
    page = EMPTY;
    await().until(followed::isReady);
    await().until(() -> streams.get() == 1);
    streamed.add("event: revocation\ndata: nonsense\n\n");
    streamed.add("event: of_a_later_release\ndata: {}\n\n");
    streamed.add("event: revocation\ndata: " + ended("key_a", 0) + "\n\n");
    await().until(() -> verdict("key_a") == Verdict.ENDED);
  }

  @Test
  void whoIsToldOfOneOrganizationAsksAboutTheTokensOfAllOthers() {
    page = EMPTY.replaceFirst("\\{", "{\"organization\":\"" + ORG + "\",");
    untilReady();
    assertThat(verdict("key_x")).isEqualTo(Verdict.LIVE);
    for (String other : new String[] {"org_01890a5d-ac96-774b-bcce-b302099a8009", null}) {
      var token =
          new TokenTraits(
              "jti", "per", other, null, "ses", null, Instant.parse("2026-05-28T14:00:00Z"), 100);
      assertThat(followed.judge(token)).as(other).isEqualTo(Verdict.RECHECK);
    }
  }

  @Test
  void nothingIsJudgedBeforeThePlatformHasSaidOfWhomItTells() {
    assertThat(verdict("key_x")).isEqualTo(Verdict.RECHECK);
  }

  @Test
  void replicasThatDoNotAgreeAboutPlacesMakeNothingFresh() {
    page =
        EMPTY
            .replace("\"reset\":false", "\"reset\":true")
            .replace("\"more\":false", "\"more\":true");
    followed.start();
    await().until(() -> platform.asked().size() > 6);
    assertThat(followed.isReady()).isFalse();
    page = EMPTY;
    await().until(followed::isReady);
  }

  @Test
  void noBoundIsShorterThanASecond() {
    assertThatThrownBy(() ->
            new HttpRevocations(
                HttpClient.newHttpClient(),
                platform.uri("/"),
                () -> "k",
                Duration.ofHours(1),
                Duration.ofMillis(999),
                System::nanoTime))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
