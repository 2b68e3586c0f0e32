package dev.keyledger.integration.siege;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile connections of five kinds, one after the other, each for {@code
 * -Dkeyledger.siege.seconds}, {@code -Dkeyledger.siege.connections} at once, against the platform
 * with the heaps that it has stand-alone. Beside them honest clients go on as they did while it was
 * quiet. The hostile ones come from eight networks, the honest ones from one.
 */
@Tag("siege")
class SiegeTest {
  /** What {@code ./keyledger test} shows at its end. */
  private static final Path TABLE = Path.of("target", "siege.txt");

  private static final int SECONDS = Integer.getInteger("keyledger.siege.seconds", 5);
  private static final int CONNECTIONS = Integer.getInteger("keyledger.siege.connections", 300);

  /** Parts of the names of those kinds that are to come; all of them, unless told. */
  private static final String KINDS = System.getProperty("keyledger.siege.kinds", "");

  private static final int QUIET_SECONDS = Math.min(SECONDS, 20);
  private static final double SUCCEED = 99.0;
  private static final double TIMES_QUIET = 10.0;

  /**
   * In milliseconds: what the processors' owner may take at any time. In a short siege one such
   * pause is the p99.
   */
  private static final double NOISE = SECONDS < 60 ? 3_000 : 250;

  private static Cluster cluster;
  private static Organization besieged;
  private static Organization other;
  private static Member employee;
  private static Member neighbour;

  /** Each sign-in is a session, and of one person's only so many live. */
  private static Member newcomer;

  private static String key;
  private static int port;

  @BeforeAll
  static void start() {
    cluster = Cluster.start(Layout.single().with(Service.DOWNSTREAM, 0));
    port = cluster.replica(Service.GATEWAY, 0).port();
    besieged = cluster.people().liveOrganization("standard");
    other = cluster.people().liveOrganization("standard");
    employee = cluster.people().join(besieged, "owner");
    neighbour = cluster.people().join(other, "owner");
    newcomer = cluster.people().join(other, "developer");
    key =
        neighbour
            .api()
            .post(other.path() + "/keys", Map.of("name", "k", "environment", "test"))
            .text("secret");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void whoeverIsHonestIsServedWhateverOthersSend() throws Exception {
    var table = new StringBuilder();
    line(
        table,
        "%-28s %-10s %9s %7s %8s %9s %9s %7s",
        "",
        "",
        "hostile",
        "asked",
        "good",
        "p50",
        "p99",
        "quiet");
    var bars = new SoftAssertions();
    try {
      List<Honest.Figures> quiet = honest(QUIET_SECONDS);
      report(table, "quiet", 0, quiet, quiet);
      for (Siege.Kind kind : kinds()) {
        try (var siege = new Siege(port, kind, CONNECTIONS)) {
          passes(2);
          List<Honest.Figures> figures = honest(SECONDS);
          report(table, kind.name(), siege.opened(), figures, quiet);
          check(bars, kind, figures, quiet);
        }
        passes(2);
      }
    } finally {
      Files.writeString(TABLE, table);
    }
    bars.assertAll();
  }

  private static List<Siege.Kind> kinds() {
    String json = "Content-Type: application/json\r\n";
    return Stream.of(
            new Siege.Kind(
                "half a head", "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX-Half", false),
            new Siege.Kind(
                "unfinished sign-in",
                "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\n"
                    + json
                    + "Content-Length: 65000\r\n\r\n"
                    + "x".repeat(64_000),
                false),
            new Siege.Kind("a byte every two seconds", "GET /v1/me HTTP/1.1\r\nX-Half: ", true),
            new Siege.Kind(
                "trickled introspection",
                "POST /oauth2/introspect HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8000\r\n\r\n",
                true),
            new Siege.Kind(
                "reads that wait",
                "GET "
                    + besieged.path()
                    + "/keys?at_least=999999999 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Authorization: Bearer "
                    + employee.token()
                    + "\r\n\r\n",
                false))
        .filter(kind -> Arrays.stream(KINDS.split(",")).anyMatch(kind.name()::contains))
        .toList();
  }

  private List<Honest.Figures> honest(int seconds) throws InterruptedException {
    String signIn =
        "{\"email\":\"%s\",\"password\":\"%s\",\"organization\":\"%s\"}"
            .formatted(newcomer.email(), People.PASSWORD, other.slug());
    try (var authorize = honest("authorize", get("/v1/authorize", key), " 200 ", 4, 50);
        var read = honest("read", get(other.path() + "/keys", neighbour.token()), " 200 ", 2, 50);
        var session =
            honest(
                "sign-in",
                "POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + signIn.length()
                    + "\r\n\r\n"
                    + signIn,
                " 201 ",
                1,
                300)) {
      passes(seconds);
      return List.of(authorize.figures(), read.figures(), session.figures());
    }
  }

  private static Honest honest(
      String name, String request, String expected, int clients, int pauseMillis) {
    return new Honest(name, port, request, expected, clients, pauseMillis);
  }

  private static String get(String path, String credential) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
        + credential
        + "\r\n\r\n";
  }

  private static void report(
      StringBuilder table,
      String what,
      int opened,
      List<Honest.Figures> figures,
      List<Honest.Figures> quiet) {
    for (int i = 0; i < figures.size(); i++) {
      Honest.Figures f = figures.get(i);
      line(
          table,
          "%-28s %-10s %9d %7d %6.1f %% %6.1f ms %6.1f ms %6.1fx %s",
          what,
          f.name(),
          opened,
          f.asked(),
          f.succeeded(),
          f.p50(),
          f.p99(),
          f.p99() / quiet.get(i).p99(),
          f.seen().isEmpty() ? "" : f.seen());
    }
  }

  private static void line(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static void check(
      SoftAssertions bars,
      Siege.Kind kind,
      List<Honest.Figures> figures,
      List<Honest.Figures> quiet) {
    for (Service service : List.of(Service.GATEWAY, Service.TOKEN, Service.QUERY)) {
      bars.assertThat(cluster.replica(service, 0).process().isAlive())
          .as(service + " under " + kind.name())
          .isTrue();
    }
    for (int i = 0; i < figures.size(); i++) {
      Honest.Figures f = figures.get(i);
      bars.assertThat(f.succeeded())
          .as(f.name() + " under " + kind.name() + ": " + f.seen())
          .isGreaterThanOrEqualTo(SUCCEED);
      bars.assertThat(f.p99())
          .as(f.name() + " under " + kind.name() + ", p99 in ms")
          .isLessThanOrEqualTo(Math.max(TIMES_QUIET * quiet.get(i).p99(), NOISE));
    }
  }

  private static void passes(int seconds) throws InterruptedException {
    assertThat(new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)).isFalse();
  }
}
