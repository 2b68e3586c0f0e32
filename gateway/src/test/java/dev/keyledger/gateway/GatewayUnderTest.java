package dev.keyledger.gateway;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.context.ConfigurableApplicationContext;

/** The gateway in its own server, in front of services that are stubs. */
public final class GatewayUnderTest implements AutoCloseable {
  /** Of the one page that InCRM's people sign in from. */
  public static final String ORIGIN = "https://app.example";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final StubUpstream command = new StubUpstream("command");
  private final StubUpstream query = new StubUpstream("query");
  private final StubUpstream token = new StubUpstream("token");
  private final StubUpstream downstream = new StubUpstream("downstream");
  private final ConfigurableApplicationContext gateway;

  private GatewayUnderTest(List<Class<?>> more, List<String> settings) {
    var application = GatewayApplication.application();
    application.addPrimarySources(more);
    var arguments = new ArrayList<>(settings);
    List.of(
            "--server.port=0",
            "--management.server.port=0",
            "--keyledger.command-service.url=" + command.uri(),
            "--keyledger.query-service.url=" + query.uri(),
            "--keyledger.token-service.url=" + token.uri(),
            "--keyledger.downstream.url=" + downstream.uri(),
            "--keyledger.gateway.read-timeout=PT1S",
            "--keyledger.gateway.incrm.origins=" + ORIGIN,
            "--keyledger.gateway.hosts=sandbox.localhost=sandbox|test,"
                + "production.localhost=production|live")
        .stream()
        .filter(usual -> settings.stream().noneMatch(s -> nameOf(s).equals(nameOf(usual))))
        .forEach(arguments::add);
    gateway = application.run(arguments.toArray(String[]::new));
  }

  private static String nameOf(String argument) {
    return argument.substring(0, argument.indexOf('='));
  }

  /**
   * @param more classes of beans beside the gateway's own
   */
  public static GatewayUnderTest start(Class<?>... more) {
    return new GatewayUnderTest(List.of(more), List.of());
  }

  /**
   * @param settings beside the usual ones, or in the place of one, as arguments
   */
  public static GatewayUnderTest startWith(String... settings) {
    return new GatewayUnderTest(List.of(), List.of(settings));
  }

  public StubUpstream command() {
    return command;
  }

  public StubUpstream query() {
    return query;
  }

  public StubUpstream token() {
    return token;
  }

  public StubUpstream downstream() {
    return downstream;
  }

  public HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(path, b -> headers.length == 0 ? b : b.headers(headers));
  }

  /** JSON, or what passes for it. */
  public HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        path,
        b -> b.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> change)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(10));
    return HTTP.send(change.apply(request).build(), BodyHandlers.ofString());
  }

  /**
   * As the JDK's client would never send it.
   *
   * @param head request line and headers, each with its end of line
   */
  public String raw(String head, String body) throws IOException {
    try (var socket = new Socket("127.0.0.1", port())) {
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private int port() {
    return Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port"));
  }

  @Override
  public void close() {
    gateway.close();
    command.close();
    query.close();
    token.close();
    downstream.close();
  }
}
