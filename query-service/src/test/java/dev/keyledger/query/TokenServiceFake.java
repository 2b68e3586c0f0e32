package dev.keyledger.query;

import com.sun.net.httpserver.HttpServer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SealedText;
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

/** Gives people's data keys to whoever shows an internal token, as token-service does. */
final class TokenServiceFake implements AutoCloseable {
  private final Map<PersonId, byte[]> keys = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final HttpServer server;
  final AtomicInteger questions = new AtomicInteger();
  volatile boolean away;

  TokenServiceFake() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/internal/v1/people/data-keys",
        exchange -> {
          questions.incrementAndGet();
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          JsonNode asked = EventCodec.mapper().readTree(exchange.getRequestBody());
          var answer = EventCodec.mapper().createObjectNode();
          var items = answer.putArray("keys");
          for (JsonNode person : asked.path("people")) {
            byte[] key = keys.get(new PersonId(person.stringValue()));
            if (key != null) {
              items
                  .addObject()
                  .put("person", person.stringValue())
                  .put("material", Base64.getUrlEncoder().withoutPadding().encodeToString(key));
            }
          }
          boolean known = !away && authorization != null && authorization.startsWith("Bearer ey");
          byte[] body = (known ? answer.toString() : "{}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  SealedText seal(PersonId person, String text) {
    byte[] key =
        keys.computeIfAbsent(
            person,
            p -> {
              var bytes = new byte[32];
              random.nextBytes(bytes);
              return bytes;
            });
    return new PersonKey(person, key).seal(text, random);
  }

  void erase(PersonId person) {
    keys.remove(person);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
