package dev.keyledger.token.enforcement.http;

import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.testing.DescribedAnswers;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.TokenServiceApplication;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.access.AccessState;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** The whole service over a real broker and database, started once for all tests of HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EnforcementTest {
  static final TestServerKeys SERVER_KEYS = new TestServerKeys();
  static final MovableClock CLOCK = MovableClock.atPresent();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static Running service;

  record Running(
      ConfigurableApplicationContext context, TestLedger ledger, int port, Database database) {
    AccessState state() {
      return context.getBean(AccessState.class);
    }
  }

  @BeforeAll
  void startOnce() {
    if (service == null) {
      service = start(Servers.forTests().bootstrapServers());
    }
  }

  static Running start(String bootstrapServers, String... arguments) {
    return start(bootstrapServers, Servers.forTests().freshDatabase(), arguments);
  }

  static Running start(String bootstrapServers, Database database, String... arguments) {
    var application = TokenServiceApplication.application();
    // The servers end with the JVM too, and a service that misses them takes its time.
    application.setRegisterShutdownHook(false);
    application.addInitializers(context -> {
      context.getBeanFactory().registerSingleton("clock", CLOCK);
      DatabaseClock databaseClock = CLOCK::instant;
      context.getBeanFactory().registerSingleton("databaseClock", databaseClock);
    });
    var settings =
        new java.util.ArrayList<>(
            java.util.List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--keyledger.kafka.bootstrap-servers=" + bootstrapServers,
                "--keyledger.server-keys.json=" + SERVER_KEYS.json(),
                // What is counted stays where a test can see it.
                "--keyledger.usage.interval=PT1H",
                "--keyledger.trusted-proxies=127.0.0.1/32,::1/128",
                "--keyledger.environments-by-host.[test.localhost]=test"));
    database
        .migrate("token")
        .settings("token")
        .forEach((name, value) -> settings.add("--" + name + "=" + value));
    settings.addAll(Arrays.asList(arguments));
    var ledger = new TestLedger(bootstrapServers);
    ConfigurableApplicationContext context = application.run(settings.toArray(String[]::new));
    await().atMost(Duration.ofSeconds(30)).until(() -> context.getBean(AccessFeed.class).isReady());
    return new Running(
        context,
        ledger,
        context.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
        database);
  }

  static TestTenant tenant() {
    var tenant = new TestTenant(SERVER_KEYS);
    publish(tenant.registered(), tenant.ownerAs(dev.keyledger.events.policy.Role.OWNER));
    return tenant;
  }

  /** Publishes, and waits until it is in force. */
  static void publish(AccessRecord... records) {
    service.ledger().publish(records);
    AccessRecord last = records[records.length - 1];
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(10))
        .until(() -> service.state().positionOf(last.organization()) >= last.position());
  }

  static TestTenant.Key published(TestTenant.Key key) {
    publish(key.record());
    return key;
  }

  record Answer(int status, HttpResponse<String> response) {
    String text() {
      return response.body();
    }

    JsonNode json() {
      return EventCodec.mapper().readTree(response.body());
    }

    String field(String name) {
      JsonNode value = json().path(name);
      return value.isMissingNode() || value.isNull() ? null : value.asString();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }
  }

  static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path));
  }

  static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      DescribedAnswers.canonical().check(response);
      return new Answer(response.statusCode(), response);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static HttpRequest.Builder json(String path, Object body) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(EventCodec.mapper().writeValueAsBytes(body)));
  }

  static HttpRequest.Builder form(String path, Map<String, String> parameters) {
    String body =
        parameters.entrySet().stream()
            .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return to(path)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(body));
  }

  static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
