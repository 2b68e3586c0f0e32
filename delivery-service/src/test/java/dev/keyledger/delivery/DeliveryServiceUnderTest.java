package dev.keyledger.delivery;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.VouchingAuthenticator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.DescribedAnswers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** One replica, whole, on a real Kafka; only who calls is decided by the test. */
final class DeliveryServiceUnderTest implements AutoCloseable {
  static final Caller SERVICE = caller(Caller.Kind.SERVICE, null, Set.of(Permissions.KEYS_VERIFY));

  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeTokenService tokens = new FakeTokenService();
  private final ConfigurableApplicationContext context;

  DeliveryServiceUnderTest(Servers.Broker broker, Map<String, Object> settings) {
    this(broker, Servers.forTests().freshDatabase(), settings);
  }

  DeliveryServiceUnderTest(Servers.Broker broker, Database database, Map<String, Object> settings) {
    this(broker, database, new TestServerKeys(), Clock.systemUTC(), settings);
  }

  /**
   * @param clock the process's, and the database's for what both have to agree on
   */
  DeliveryServiceUnderTest(
      Servers.Broker broker,
      Database database,
      TestServerKeys keys,
      Clock clock,
      Map<String, Object> settings) {
    tokens.vouchFor(KafkaSettings.of(broker.bootstrapServers()));
    Map<String, Object> all = new HashMap<>(database.migrate("delivery").settings("delivery"));
    all.put("keyledger.kafka.bootstrap-servers", broker.bootstrapServers());
    all.put("keyledger.token-service.url", tokens.url());
    all.put("keyledger.server-keys.json", keys.json());
    all.put("keyledger.demonstration", true);
    all.put("server.port", 0);
    all.put("management.server.port", 0);
    all.put("spring.jmx.enabled", false);
    all.putAll(settings);
    var arguments = all.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue());
    context =
        DeliveryServiceApplication.application()
            .initializers(c -> {
              var beans = (GenericApplicationContext) c;
              beans.registerBean(
                  "testAuthenticator", Authenticator.class, () -> new Voucher(callers, ended));
              beans.registerBean("testClock", Clock.class, () -> clock);
              beans.registerBean("testDatabaseClock", DatabaseClock.class, () -> clock::instant);
            })
            .run(arguments.toArray(String[]::new));
  }

  static Caller key(OrganizationId organization) {
    return caller(Caller.Kind.API_KEY, organization, Set.of(Permissions.KEYS_VERIFY));
  }

  static Caller caller(
      Caller.Kind kind, @Nullable OrganizationId organization, Set<String> permissions) {
    return Voucher.of(kind, organization, permissions);
  }

  /** From now on its credential is refused. */
  void end(Caller caller) {
    ended.add(tokenOf(caller));
  }

  /** By which the caller is known. */
  String tokenOf(Caller caller) {
    String token = "caller-" + System.identityHashCode(caller);
    callers.put(token, caller);
    return token;
  }

  record Answer(int status, JsonNode body, HttpResponse<String> response) {}

  Answer get(Caller caller, String path, String... headers) {
    try {
      HttpResponse<String> response =
          http.send(request(caller, path, "*/*", headers), BodyHandlers.ofString());
      DescribedAnswers.canonical().check(response);
      return new Answer(
          response.statusCode(), EventCodec.mapper().readTree(response.body()), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer post(Caller caller, String path, String json) {
    return send(caller, "POST", path, json);
  }

  Answer send(Caller caller, String method, String path, String json) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
              .header("Authorization", "Bearer " + tokenOf(caller))
              .header("Content-Type", "application/json")
              .timeout(Duration.ofSeconds(40))
              .method(
                  method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
              .build();
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      DescribedAnswers.canonical().check(response);
      return new Answer(
          response.statusCode(), EventCodec.mapper().readTree(response.body()), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest request(Caller caller, String path, String accept, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
            .header("Authorization", "Bearer " + tokenOf(caller))
            .header("Accept", accept)
            .timeout(Duration.ofSeconds(40));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  Following follow(Caller caller, String path, String... headers) {
    try {
      return new Following(
          http.send(
              request(caller, path, "text/event-stream", headers), BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  record Event(String name, @Nullable String id, JsonNode data) {}

  /** A client of a stream, which reads no more than it is asked for. */
  static final class Following implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    private Following(HttpResponse<InputStream> response) {
      this.response = response;
      this.lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    HttpResponse<InputStream> response() {
      return response;
    }

    /** The next one; {@code null} at the end. */
    @Nullable Event next() throws IOException {
      String name = "";
      String id = null;
      String data = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && data != null) {
          return new Event(name, id, EventCodec.mapper().readTree(data));
        }
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        }
      }
      return null;
    }

    /** The next so many that are no heartbeats. */
    List<Event> news(int count) throws IOException {
      var news = new ArrayList<Event>();
      while (news.size() < count) {
        Event event = next();
        if (event == null) {
          throw new AssertionError("the stream has ended behind " + news);
        }
        if (!event.name().equals("heartbeat")) {
          news.add(event);
        }
      }
      return news;
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** As the gauge has it. */
  double openStreams() {
    return context.getBean(MeterRegistry.class).get("keyledger.feed.streams").gauge().value();
  }

  int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  @Override
  public void close() {
    context.close();
    tokens.close();
  }

  /** Whose callers these tests say themselves. */
  private static final class Voucher extends VouchingAuthenticator {
    private final Map<String, Caller> callers;
    private final Set<String> ended;

    Voucher(Map<String, Caller> callers, Set<String> ended) {
      this.callers = callers;
      this.ended = ended;
    }

    @Override
    public Caller authenticate(Credential credential, RequestContext presented) {
      String token = credential.text().revealSecret();
      Caller caller = callers.get(token);
      if (caller == null || ended.contains(token)) {
        throw AccessRefusedException.invalid();
      }
      return caller;
    }

    static Caller of(
        Caller.Kind kind, @Nullable OrganizationId organization, Set<String> permissions) {
      return vouchFor(
          kind,
          organization,
          organization == null ? null : "slug",
          null,
          null,
          KeyId.of(UuidCreator.getTimeOrderedEpoch()),
          null,
          permissions,
          null,
          TestLedger.START,
          "127.0.0.1");
    }
  }
}
