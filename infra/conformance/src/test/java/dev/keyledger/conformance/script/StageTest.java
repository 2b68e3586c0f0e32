package dev.keyledger.conformance.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.keyledger.testing.SharedClock;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a sentence fails that ought to: the suite is worth as much as this. */
class StageTest {
  private static final String GIVENS =
      """
      ## $who is counted
      GET /count
      > 200
      > {"count": "<number as $who.count>"}
      """;

  @TempDir Path folder;
  private final StubServer server = new StubServer();
  private World world;
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    SharedClock clock = SharedClock.sharedBy(folder.resolve("clock"));
    Path logs = Files.createDirectories(folder.resolve("logs"));
    world = new Example(URI.create(server.url()), clock, logs);
    server.answerByBody((request, exchange) -> {
      switch (request.uri().getPath()) {
        case "/token" -> StubServer.answerJson(exchange, 200, token(clock));
        case "/echo" -> echo(request, exchange);
        case "/count" ->
            StubServer.answerJson(exchange, 200, "{\"count\":" + asked.incrementAndGet() + "}");
        case "/once" ->
            StubServer.answerJson(
                exchange, asked.getAndIncrement() == 0 ? 201 : 409, "{\"ok\":true}");
        default -> StubServer.answerJson(exchange, 404, "{}");
      }
    });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Example(URI baseUrl, SharedClock clock, Path logs) implements World {
    @Override
    public void advance(Duration by) {
      clock.advance(by);
    }

    @Override
    public String operatorToken() {
      return "operators-token";
    }
  }

  private static String token(Clock clock) {
    String claims = "{\"iat\":1000,\"exp\":2800}";
    String part =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    return """
    {"token":"%s.%s.c2lnbmF0dXJl","opaque":"0123456789abcdefghij","expires_at":"%s",
     "scopes":["a.read"],"life":1800,"nothing":null}\
    """
        .formatted(
            part,
            part,
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
                .withZone(ZoneOffset.UTC)
                .format(clock.instant().plus(Duration.ofMinutes(15))));
  }

  private static void echo(StubServer.Asked request, HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Said-Host", request.headers().getFirst("Host"));
    exchange
        .getResponseHeaders()
        .add("Said-Bearer", request.headers().getOrDefault("Authorization", List.of()).toString());
    StubServer.answerJson(exchange, 200, request.body());
  }

  private void perform(String sentence) {
    Script script = Scripts.of("example", GIVENS + "### A sentence\n" + sentence);
    new Stage(world, List.of(script)).perform(script.sentences().getFirst());
  }

  private static final String RIGHT =
      """
      GET /token
      > 200
      > Content-Type: application/json
      > Set-Cookie: @absent
      > {
      >   "token": "<jwt PT30M as jwt>",
      >   "opaque": "<opaque>",
      >   "expires_at": "<time in PT15M>",
      >   "scopes": ["<like [a-z]+ as resource>.read"],
      >   "life": 1800,
      >   "nothing": null
      > }

      POST /echo
      Authorization: Bearer {{operator}}
      Host: sandbox.localhost

      {"resource": "{{resource}}"}

      > 200
      > Said-Host: sandbox.localhost
      > Said-Bearer: [Bearer operators-token]
      > {"resource": "a"}
      """;

  @Test
  void aRightSentenceHolds() {
    assertThatCode(() -> perform(RIGHT)).doesNotThrowAnyException();
  }

  /** Each replaces one line of the right one by a wrong one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "> 200 -> > 201",
        "> Content-Type: application/json -> > Content-Type: text/plain",
        "> Set-Cookie: @absent -> > Set-Cookie: <text>",
        "> Set-Cookie: @absent -> > Content-Type: @absent",
        "<jwt PT30M as jwt> -> <jwt PT15M>",
        "\"<opaque>\" -> \"<jwt>\"",
        "\"<jwt PT30M as jwt>\" -> \"<opaque>\"",
        "<time in PT15M> -> <time in PT16M>",
        "\"<time in PT15M>\" -> \"<number>\"",
        "<like [a-z]+ as resource>.read -> <like [a-z]+ as resource>.write",
        "[\"<like [a-z]+ as resource>.read\"] -> [\"<like [a-z]+ as resource>.read\", \"b.read\"]",
        "\"life\": 1800, -> \"life\": 1801,",
        "\"life\": 1800, -> \"life\": \"1800\",",
        "\"nothing\": null -> \"nothing\": \"<text>\"",
        "\"nothing\": null -> \"nothing\": null, \"more\": \"<anything>\"",
        "\"life\": 1800, -> ",
        "{\"resource\": \"a\"} -> {\"resource\": \"b\"}",
        "Host: sandbox.localhost -> Host: production.localhost",
        "{{resource}} -> {{unknown}}",
      })
  void aWrongSentenceFails(String change) {
    String[] sides = change.split(" -> ", -1);
    assertThat(RIGHT).contains(sides[0]);
    String wrong = RIGHT.replaceFirst(Pattern.quote(sides[0]), Matcher.quoteReplacement(sides[1]));
    assertThatThrownBy(() -> perform(wrong)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aSurplusFieldFailsUnlessItIsAllowed() {
    String sentence = "POST /echo\n\n{\"a\": 1, \"b\": 2}\n\n> 200\n> {\"a\": 1%s}\n";
    assertThatThrownBy(() -> perform(sentence.formatted("")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("$.b should not be there");
    assertThatCode(() -> perform(sentence.formatted(", \"...\": \"\""))).doesNotThrowAnyException();
  }

  @Test
  void aRaceHasExactlyTheAnswersThatAreCounted() {
    String race = "@parallel 8\nPOST /once\n> 201 x %d\n> 409 x %d\n";
    assertThatCode(() -> perform(race.formatted(1, 7))).doesNotThrowAnyException();
    asked.set(0);
    assertThatThrownBy(() -> perform(race.formatted(2, 6))).isInstanceOf(AssertionError.class);
    asked.set(0);
    assertThatThrownBy(() -> perform(race.formatted(1, 6))).isInstanceOf(AssertionError.class);
  }

  @Test
  void bodiesAreComparedByteByByte() {
    String two =
        "@name first\nPOST /echo\n\n{\"a\":1}\n\n> 200\n\nPOST /echo\n\n%s\n\n> 200\n> @same-body as first\n";
    assertThatCode(() -> perform(two.formatted("{\"a\":1}"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> perform(two.formatted("{\"a\": 1}")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the same bytes as first");
    assertThatThrownBy(() -> perform("@repeat 2\nGET /count\n> 200\n> @same-body as each other\n"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void whatMayTakeAWhileIsAskedAgainButNotForEver() {
    assertThatCode(() -> perform("@within PT5S\nGET /count\n> 200\n> {\"count\": 3}\n"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> perform("@within PT0.3S\nGET /count\n> 200\n> {\"count\": 1}\n"))
        .hasMessageContaining("count");
  }

  @Test
  void whatIsGivenIsSharedUntilTimeMoves() {
    Script script =
        Scripts.of(
            "example",
            GIVENS
                + """
                ### Ann is the first
                @given ann is counted
                POST /echo

                {"count": {{ann.count}}}

                > 200
                > {"count": 1}

                ### Ann is still the first, and somebody alone counts for themselves
                @given ann is counted
                POST /echo

                {"count": {{ann.count}}}

                > 200
                > {"count": 1}

                ### Alone
                @alone
                @given ann is counted
                POST /echo

                {"count": {{ann.count}}}

                > 200
                > {"count": 2}

                ### Time moves on
                @given ann is counted
                @clock +PT1S
                @given ann is counted
                POST /echo

                {"count": {{ann.count}}}

                > 200
                > {"count": 1}

                ### Afterwards
                @given ann is counted
                POST /echo

                {"count": {{ann.count}}}

                > 200
                > {"count": 3}
                """);
    var stage = new Stage(world, List.of(script));
    script.sentences().forEach(stage::perform);
  }

  @Test
  void whatIsLoggedIsFound() throws IOException {
    Files.writeString(world.logs().resolve("service.log"), "a line with something in it\n");
    assertThatThrownBy(() -> perform("GET /count\n> 200\n\n@never-logged a-secret something\n"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("service.log");
    assertThatCode(() -> perform("GET /count\n> 200\n\n@never-logged a-secret\n"))
        .doesNotThrowAnyException();
  }
}
