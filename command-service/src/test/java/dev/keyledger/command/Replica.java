package dev.keyledger.command;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.SigningKeys;
import dev.keyledger.client.VouchingAuthenticator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.database.DatabaseClock;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.testing.DescribedAnswers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testkit.TokenForge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** One command-service, for real, except for who authenticates and who enforces. */
public final class Replica implements AutoCloseable {
  /** What a request got. */
  public record Answer(int status, Map<String, List<String>> headers, JsonNode body, String text) {
    public String code() {
      return body.path("code").asString("");
    }

    public String header(String name) {
      return headers.entrySet().stream()
          .filter(h -> h.getKey().equalsIgnoreCase(name))
          .map(h -> h.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final ConfigurableApplicationContext context;
  private final String base;

  private Replica(ConfigurableApplicationContext context) {
    this.context = context;
    this.base = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
  }

  public static Replica start(
      Database database, String serverKeys, FakeTokenService tokenService, Clock clock) {
    return start(database, serverKeys, tokenService, clock, clock);
  }

  /**
   * @param databaseClock what the replica takes for the database's: with a clock that moves, that
   *     has to move too
   */
  public static Replica start(
      Database database,
      String serverKeys,
      FakeTokenService tokenService,
      Clock clock,
      Clock databaseClock) {
    return start(database, serverKeys, tokenService, clock, databaseClock, null);
  }

  /**
   * @param statements is told of all that the replica's commands ask the database; {@code null} for
   *     nobody
   */
  static Replica start(
      Database database,
      String serverKeys,
      FakeTokenService tokenService,
      Clock clock,
      Clock databaseClock,
      StatementLog statements) {
    var settings =
        settings(database, serverKeys, tokenService, Servers.forTests().bootstrapServers());
    ApplicationContextInitializer<GenericApplicationContext> beans =
        c -> {
          if (statements != null) {
            c.getBeanFactory().addBeanPostProcessor(statements);
          }
          c.registerBean(Clock.class, () -> clock);
          c.registerBean(DatabaseClock.class, () -> databaseClock::instant);
          c.registerBean(Authenticator.class, Voucher::new);
          c.registerBean(
              "receiptsInTests", InForceReceipts.class, Everywhere::new, d -> d.setPrimary(true));
        };
    return start(settings, beans);
  }

  /**
   * One that verifies tokens, follows revocations and waits for receipts as it does in earnest.
   *
   * @param forge whose tokens it takes
   */
  static Replica startInEarnest(
      Database database,
      String serverKeys,
      FakeTokenService tokenService,
      TokenForge forge,
      String bootstrapServers) {
    var settings = settings(database, serverKeys, tokenService, bootstrapServers);
    settings.put("keyledger.issuer", TokenForge.ISSUER);
    return start(settings, c -> c.registerBean(SigningKeys.class, () -> forge::find));
  }

  private static LinkedHashMap<String, Object> settings(
      Database database, String serverKeys, FakeTokenService tokenService, String bootstrap) {
    var settings =
        new LinkedHashMap<String, Object>(database.migrate("command").settings("command"));
    settings.put("server.port", 0);
    settings.put("management.server.port", 0);
    settings.put("keyledger.server-keys.json", serverKeys);
    settings.put("keyledger.token-service.url", tokenService.url());
    settings.put("keyledger.kafka.bootstrap-servers", bootstrap);
    settings.put("keyledger.ledger.deadline-interval", "200ms");
    settings.put("keyledger.ledger.warnings-after", "0s");
    settings.put("keyledger.trusted-proxies", "127.0.0.0/8,::1/128");
    return settings;
  }

  private static Replica start(
      Map<String, Object> settings,
      ApplicationContextInitializer<GenericApplicationContext> beans) {
    return new Replica(
        CommandServiceApplication.application()
            .initializers(beans)
            .run(
                settings.entrySet().stream()
                    .map(e -> "--" + e.getKey() + "=" + e.getValue())
                    .toArray(String[]::new)));
  }

  /** As the readiness of a replica would say it. */
  Status clockHealth() {
    return context.getBean("clockHealthIndicator", HealthIndicator.class).health().getStatus();
  }

  /** {@code operator}, or all that a member is, joined by blanks. */
  private static final class Voucher extends VouchingAuthenticator {
    @Override
    public Caller authenticate(Credential credential, RequestContext presented) {
      String address = presented.address();
      String token = credential.text().revealSecret();
      if (token.startsWith("per_") && !token.contains("|")) {
        return vouchFor(
            Caller.Kind.OPERATOR,
            null,
            null,
            new PersonId(token),
            null,
            null,
            null,
            Set.of(),
            null,
            Instant.now(),
            address);
      }
      String[] parts = token.split("\\|");
      if (parts.length == 4) {
        return vouchFor(
            Caller.Kind.MEMBER,
            new OrganizationId(parts[2]),
            parts[3],
            new PersonId(parts[0]),
            new MemberId(parts[1]),
            null,
            null,
            Set.of(),
            null,
            Instant.now(),
            address);
      }
      throw AccessRefusedException.missing();
    }
  }

  private record Everywhere() implements InForceReceipts {
    @Override
    public CompletionStage<Receipt> whenInForce(
        OrganizationId organization, long position, @Nullable Long toldAt) {
      return CompletableFuture.completedFuture(soFar(organization, position));
    }

    @Override
    public Receipt soFar(OrganizationId organization, long position) {
      return new Receipt(position, true, Instant.EPOCH, List.of());
    }
  }

  public ConfigurableApplicationContext context() {
    return context;
  }

  public Answer post(String as, String path, String body, String... headers) {
    return send("POST", as, path, body, headers);
  }

  public Answer send(String method, String as, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + as);
    if (body.isEmpty()) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      if (!List.of(headers).contains("Content-Type")) {
        request.header("Content-Type", "application/json");
      }
      request.method(method, HttpRequest.BodyPublishers.ofString(body));
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      DescribedAnswers.canonical().check(response);
      return new Answer(
          response.statusCode(),
          response.headers().map(),
          EventCodec.mapper().readTree(text.isEmpty() ? "{}" : text),
          text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
