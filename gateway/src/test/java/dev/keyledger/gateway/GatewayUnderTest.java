package dev.keyledger.gateway;

import dev.keyledger.testkit.RawHttp;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
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

  private final StubServer command = new StubServer();
  private final StubServer query = new StubServer();
  private final StubServer token = new StubServer();
  private final StubServer downstream = new StubServer();
  private final ConfigurableApplicationContext gateway;

  private GatewayUnderTest(List<Class<?>> more, List<String> settings) {
    var application = GatewayApplication.application();
    application.addPrimarySources(more);
    var arguments = new ArrayList<>(settings);
    List.of(
            "--server.port=0",
            "--management.server.port=0",
            "--keyledger.command-service.url=" + command.url(),
            "--keyledger.query-service.url=" + query.url(),
            "--keyledger.token-service.url=" + token.url(),
            "--keyledger.downstream.url=" + downstream.url(),
            "--keyledger.gateway.read-timeout=PT1S",
            "--keyledger.gateway.incrm.origins=" + ORIGIN,
            "--keyledger.gateway.hosts=sandbox.localhost=sandbox|test,"
                + "production.localhost=production|live")
        .stream()
        .filter(usual -> settings.stream().noneMatch(s -> nameOf(s).equals(nameOf(usual))))
        .forEach(arguments::add);
    gateway = application.run(arguments.toArray(String[]::new));
    answerByName();
  }

  private static String nameOf(String argument) {
    return argument.substring(0, argument.indexOf('='));
  }

  /**
   * The one with the usual settings, which all tests of this JVM share: it ends with it, and each
   * test begins with {@link #answerByName}.
   */
  public static GatewayUnderTest shared() {
    return Shared.GATEWAY;
  }

  private static final class Shared {
    static final GatewayUnderTest GATEWAY = start();
  }

  /** Each of the services answers with its name. */
  public void answerByName() {
    command.answer(e -> StubServer.answer(e, 200, "command"));
    query.answer(e -> StubServer.answer(e, 200, "query"));
    token.answer(e -> StubServer.answer(e, 200, "token"));
    downstream.answer(e -> StubServer.answer(e, 200, "downstream"));
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

  <T> T bean(Class<T> type) {
    return gateway.getBean(type);
  }

  public <T> List<T> beansOf(Class<T> type) {
    return gateway.getBeanProvider(type).orderedStream().toList();
  }

  public StubServer command() {
    return command;
  }

  public StubServer query() {
    return query;
  }

  public StubServer token() {
    return token;
  }

  public StubServer downstream() {
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
    return send(path, change, BodyHandlers.ofString());
  }

  public <T> HttpResponse<T> send(
      String path, UnaryOperator<HttpRequest.Builder> change, BodyHandler<T> body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(10));
    return HTTP.send(change.apply(request).build(), body);
  }

  /**
   * As the JDK's client would never send it.
   *
   * @param head request line and headers, each with its end of line
   */
  public String raw(String head, String body) throws IOException {
    String connection = head.contains("Connection:") ? "" : "Connection: close\r\n";
    return RawHttp.exchange(port(), head + connection + "\r\n" + body);
  }

  public int port() {
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
