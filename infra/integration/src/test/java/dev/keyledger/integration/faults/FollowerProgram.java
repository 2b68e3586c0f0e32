package dev.keyledger.integration.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Credential;
import dev.keyledger.client.KeyledgerClient;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.UnavailableException;
import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.events.credential.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;

/**
 * A service that embeds the Java client, follows what ends and verifies by itself: 204 to who has a
 * good credential, 401 to whom it refuses, 503 where it can't tell.
 */
final class FollowerProgram {
  static final String ISSUER = "FOLLOWER_ISSUER";
  static final String KEY = "FOLLOWER_KEY";
  static final String NAME = "FOLLOWER_NAME";
  static final String PORT = "FOLLOWER_PORT";

  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration BOUND = Duration.ofSeconds(5);

  private FollowerProgram() {}

  public static void main(String[] arguments) throws IOException {
    KeyledgerClient client = KeyledgerClient.of(given(ISSUER), new SecretText(given(KEY)));
    HttpRevocations followed = client.follow(given(NAME), LONGEST, BOUND);
    Authenticator verifier = client.withRevocations(followed, LONGEST).authenticator();
    var address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(given(PORT)));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/follows",
        exchange -> answer(exchange, followed.isFresh() && followed.isStreaming() ? 204 : 503));
    server.createContext("/", exchange -> answer(exchange, verdict(verifier, exchange)));
    server.start();
  }

  private static int verdict(Authenticator verifier, HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Bearer ")) {
      return 400;
    }
    try {
      var _ =
          verifier.authenticate(
              Credential.of(header.substring("Bearer ".length())), RequestContext.from(""));
      return 204;
    } catch (AccessRefusedException e) {
      return e.status();
    } catch (UnavailableException e) {
      return 503;
    }
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static String given(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }
}
