package dev.keyledger.command;

import com.github.f4b6a3.uuid.UuidCreator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** The two internal endpoints of token-service that command-service asks. */
public final class FakeTokenService implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, PersonId> people = new ConcurrentHashMap<>();
  private final Map<PersonId, byte[]> keys = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  public final AtomicInteger invitations = new AtomicInteger();

  public FakeTokenService() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/internal/v1/invitations", this::invite);
    server.createContext("/internal/v1/people/data-keys", this::dataKeys);
    server.start();
  }

  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  public PersonId personOf(String email) {
    return people.computeIfAbsent(email, e -> PersonId.of(UuidCreator.getTimeOrderedEpoch()));
  }

  public PersonKey keyOf(PersonId person) {
    return new PersonKey(person, material(person));
  }

  private byte[] material(PersonId person) {
    return keys.computeIfAbsent(
        person,
        p -> {
          var bytes = new byte[32];
          random.nextBytes(bytes);
          return bytes;
        });
  }

  private void invite(HttpExchange exchange) throws IOException {
    JsonNode body = read(exchange);
    String email = body.required("email").stringValue();
    if (!email.contains("@")) {
      write(exchange, 422, "{}");
      return;
    }
    invitations.incrementAndGet();
    PersonId person = personOf(email);
    var sealed = keyOf(person).seal(email, random);
    write(
        exchange,
        200,
        """
        {"person":"%s","sealed_email":{"person":"%s","ciphertext":"%s"},"invitation_token":"inv_%s"}
        """
            .formatted(person, person, sealed.ciphertext(), UuidCreator.getTimeOrderedEpoch()));
  }

  private void dataKeys(HttpExchange exchange) throws IOException {
    var person = new PersonId(read(exchange).required("people").required(0).stringValue());
    write(
        exchange,
        200,
        """
        {"keys":[{"person":"%s","material":"%s"}]}
        """
            .formatted(
                person, Base64.getUrlEncoder().withoutPadding().encodeToString(material(person))));
  }

  private static JsonNode read(HttpExchange exchange) throws IOException {
    return EventCodec.mapper().readTree(exchange.getRequestBody().readAllBytes());
  }

  private static void write(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
