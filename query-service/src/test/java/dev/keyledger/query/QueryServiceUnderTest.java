package dev.keyledger.query;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.VouchingAuthenticator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.testing.DescribedAnswers;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** One replica, whole, on real servers; only who calls is decided by the test. */
final class QueryServiceUnderTest implements AutoCloseable {
  record Answer(int status, JsonNode body, Map<String, List<String>> headers) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of("")).getFirst();
    }

    String code() {
      return body.path("code").asString("");
    }

    JsonNode items() {
      return body.path("items");
    }
  }

  static final Set<String> ALL = Set.copyOf(Permissions.ALL);
  static final Caller OPERATOR = Voucher.operator();

  /** The replica's own, unless settings say others. */
  final TestServerKeys serverKeys = new TestServerKeys();

  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ConfigurableApplicationContext context;
  private final Database database;

  QueryServiceUnderTest(
      Database database, String bootstrapServers, Clock clock, Map<String, Object> settings) {
    this.database = database;
    Map<String, Object> all = new HashMap<>(database.migrate("query").settings("query"));
    all.put("keyledger.kafka.bootstrap-servers", bootstrapServers);
    all.put("keyledger.server-keys.json", serverKeys.json());
    all.put("keyledger.demonstration", true);
    all.put("server.port", 0);
    all.put("management.server.port", 0);
    all.put("spring.jmx.enabled", false);
    all.putAll(settings);
    var arguments = all.entrySet().stream().map(e -> "--" + e.getKey() + "=" + e.getValue());
    context =
        QueryServiceApplication.application()
            .initializers(c -> {
              var beans = (GenericApplicationContext) c;
              beans.registerBean("clock", Clock.class, () -> clock);
              beans.registerBean("databaseClock", DatabaseClock.class, () -> clock::instant);
              beans.registerBean(
                  "testAuthenticator", Authenticator.class, () -> new Voucher(callers));
            })
            .run(arguments.toArray(String[]::new));
  }

  static Caller member(TestLedger.Stream stream, Set<String> permissions) {
    return member(stream.id, stream.slug, permissions);
  }

  static Caller member(OrganizationId organization, String slug, Set<String> permissions) {
    return Voucher.member(organization, slug, permissions);
  }

  Answer get(Caller caller, String path) {
    return call(caller, "GET", path);
  }

  /** By which the caller is known. */
  String tokenOf(Caller caller) {
    String token = "caller-" + System.identityHashCode(caller);
    callers.put(token, caller);
    return token;
  }

  Answer call(Caller caller, String method, String path) {
    return answer(
        send(
            caller,
            method,
            path,
            "*/*",
            HttpRequest.BodyPublishers.noBody(),
            BodyHandlers.ofString()));
  }

  private static Answer answer(HttpResponse<String> response) {
    DescribedAnswers.canonical().check(response);
    JsonNode body =
        response.body().isEmpty()
            ? EventCodec.mapper().createObjectNode()
            : EventCodec.mapper().readTree(response.body());
    return new Answer(response.statusCode(), body, response.headers().map());
  }

  Answer post(Caller caller, String path, String json) {
    return answer(
        send(
            caller,
            "POST",
            path,
            "*/*",
            HttpRequest.BodyPublishers.ofString(json),
            BodyHandlers.ofString()));
  }

  /** By a credential that is no caller's of the test. */
  Answer postAs(String token, String path, String json) {
    return answer(
        send(
            token,
            "POST",
            path,
            "*/*",
            HttpRequest.BodyPublishers.ofString(json),
            BodyHandlers.ofString()));
  }

  /** What is no JSON, as it comes. */
  HttpResponse<byte[]> bytes(Caller caller, String path) {
    return send(caller, path, "*/*");
  }

  HttpResponse<byte[]> send(Caller caller, String path, String accept) {
    return send(
        caller,
        "GET",
        path,
        accept,
        HttpRequest.BodyPublishers.noBody(),
        BodyHandlers.ofByteArray());
  }

  /** As it comes; whoever closes the body early cuts the connection. */
  HttpResponse<InputStream> stream(Caller caller, String path, String accept) {
    return send(
        caller,
        "GET",
        path,
        accept,
        HttpRequest.BodyPublishers.noBody(),
        BodyHandlers.ofInputStream());
  }

  private <T> HttpResponse<T> send(
      Caller caller,
      String method,
      String path,
      String accept,
      HttpRequest.BodyPublisher sent,
      HttpResponse.BodyHandler<T> body) {
    return send(tokenOf(caller), method, path, accept, sent, body);
  }

  private <T> HttpResponse<T> send(
      String token,
      String method,
      String path,
      String accept,
      HttpRequest.BodyPublisher sent,
      HttpResponse.BodyHandler<T> body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
            .method(method, sent)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .header("Accept", accept)
            .timeout(Duration.ofSeconds(20))
            .build();
    try {
      return http.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return ((WebServerApplicationContext) context).getWebServer().getPort();
  }

  /** Waits until an organisation's position is applied, by the API's own means. */
  void awaitApplied(TestLedger.Stream stream) {
    for (int i = 0; i < 6; i++) {
      Answer answer =
          get(OPERATOR, "/v1/organizations/" + stream.id + "?at_least=" + stream.position());
      if (answer.status() == 200) {
        return;
      }
    }
    throw new AssertionError(stream.id + " did not come to " + stream.position());
  }

  /** Every row of a statement, as text. */
  List<List<String>> rows(String sql) {
    try (Connection connection = database.asSuperuser();
        Statement statement = connection.createStatement()) {
      statement.execute("set search_path = query");
      var all = new ArrayList<List<String>>();
      try (ResultSet rows = statement.executeQuery(sql)) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          var row = new ArrayList<String>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(rows.getString(i)));
          }
          all.add(row);
        }
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the database's superuser, whom nothing stops. */
  void update(String sql) {
    try (Connection connection = database.asSuperuser();
        Statement statement = connection.createStatement()) {
      statement.execute("set search_path = query");
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  int liveGeneration() {
    return Integer.parseInt(
        rows("select generation from generations where state = 'live'").getFirst().getFirst());
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  @Override
  public void close() {
    context.close();
  }

  /** Whose callers these tests say themselves. */
  private static final class Voucher extends VouchingAuthenticator {
    private final Map<String, Caller> callers;

    Voucher(Map<String, Caller> callers) {
      this.callers = callers;
    }

    @Override
    public Caller authenticate(Credential credential, RequestContext presented) {
      Caller caller = callers.get(credential.text().revealSecret());
      if (caller == null) {
        throw AccessRefusedException.invalid();
      }
      return caller;
    }

    static Caller operator() {
      return vouchFor(
          Caller.Kind.OPERATOR,
          null,
          null,
          PersonId.of(UuidCreator.getTimeOrderedEpoch()),
          null,
          null,
          null,
          Set.of(),
          null,
          TestLedger.START,
          "127.0.0.1");
    }

    static Caller member(OrganizationId organization, String slug, Set<String> permissions) {
      return vouchFor(
          Caller.Kind.MEMBER,
          organization,
          slug,
          PersonId.of(UuidCreator.getTimeOrderedEpoch()),
          null,
          null,
          null,
          permissions,
          null,
          TestLedger.START,
          "127.0.0.1");
    }
  }
}
