package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code verify --live}, as an operator at a terminal has it. */
class LiveCheckTest {
  private static final String COMPARED =
      part("ledger", 8, null) + "," + part("topic", 8, null) + "," + part("views", 8, null);

  private final Deque<String> answers = new ArrayDeque<>();
  private String token = "";
  private int asked;
  private String said = "";
  private HttpServer platform;

  @BeforeEach
  void start() throws IOException {
    platform = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
    platform.createContext("/v1/platform/log/check", this::answer);
    platform.start();
  }

  @AfterEach
  void stop() {
    platform.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    token = exchange.getRequestHeaders().getFirst("Authorization");
    boolean asks = exchange.getRequestMethod().equals("POST");
    asked += asks ? 1 : 0;
    String text = asks ? "{\"pass\":8}" : answers.size() > 1 ? answers.pop() : answers.peek();
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(asks ? 202 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void aPlatformThatSaysTheSameEverywhereIsGood() {
    // The pass before has found nothing either, and counts for nothing.
    answers.addAll(
        List.of(
            check(7, "finished", "", part("ledger", 7, null), ""),
            check(8, "running", "views", part("ledger", 7, null), ""),
            check(8, "finished", "", COMPARED, "")));
    assertThat(verify("--live")).isZero();
    assertThat(asked).isOne();
    assertThat(token).isEqualTo("Bearer t");
    assertThat(said).contains("comparing: views", "ledger, topic, views and logs say the same");
  }

  @Test
  void whatWasFoundIsNamed() {
    String finding =
        """
        {"kind":"changed","part":"ledger","organization":"org_1","position":3,"what":"the record differs"}\
        """;
    answers.add(check(8, "finished", "", COMPARED, finding));
    assertThat(verify("--live")).isOne();
    assertThat(said).contains("CHANGED: org_1, position 3, in the ledger: the record differs");
    assertThat(said).doesNotContain("say the same");
  }

  @Test
  void aPartThatCouldNotBeComparedIsNoGoodNews() {
    for (String part :
        List.of(part("ledger", 8, "command-service doesn't answer"), part("ledger", 7, null))) {
      answers.clear();
      answers.add(check(8, "finished", "", part, ""));
      assertThat(verify("--live")).isOne();
      assertThat(said).contains("NOT COMPARED: ledger: ").doesNotContain("say the same");
    }
  }

  @Test
  void itIsOneOrTheOther() {
    assertThat(verify("--live", "export")).isOne();
    assertThat(verify("--unsigned")).isOne();
    assertThat(said).contains("Give an export, or --proof FILE, or say --live: one of them.");
    assertThat(asked).isZero();
  }

  private int verify(String... arguments) {
    var out = new StringWriter();
    var verify = new Verify();
    verify.useEnvironment(Map.of("KEYLEDGER_TOKEN", "t"));
    CommandLine command = new CommandLine(verify).setExecutionExceptionHandler(Main::explain);
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
    var all = new ArrayList<>(List.of(arguments));
    all.add("--url=http://localhost:" + platform.getAddress().getPort());
    int status = command.execute(all.toArray(String[]::new));
    said = out.toString();
    return status;
  }

  private static String check(
      long pass, String state, String stage, String parts, String findings) {
    return """
    {"pass":{"pass":%d,"state":"%s","asked":8,"stage":"%s","compared":42},"parts":[%s],
     "finding_count":%d,"findings":[%s]}\
    """
        .formatted(pass, state, stage, parts, findings.isEmpty() ? 0 : 1, findings);
  }

  private static String part(String part, long pass, @Nullable String hindered) {
    return """
    {"part":"%s","pass":%d,"compared_at":null,"hindered":%s}\
    """
        .formatted(part, pass, hindered == null ? "null" : '"' + hindered + '"');
  }
}
