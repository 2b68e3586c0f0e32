package dev.keyledger.kit.web;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.client.spring.Requires;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A service as a user of the starter writes it. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(ProtectedApplication.Endpoints.class)
class ProtectedApplication {
  /** Requests that wait, and those that may go on. */
  static final Semaphore ARRIVED = new Semaphore(0);

  static final Semaphore LEAVING = new Semaphore(0);

  enum Colour {
    DARK_RED,
    GREEN
  }

  record Things(
      String name, int count, @Nullable Instant at, @Nullable Duration pause, Colour colour) {
    Things {
      if (count < 0) {
        throw new IllegalArgumentException("a count is not negative");
      }
    }
  }

  @RestController
  static class Endpoints {
    @GetMapping("/public")
    @PublicEndpoint(because = "it tells nothing")
    Map<String, String> open() {
      return Map.of("hello", "world");
    }

    @GetMapping("/me")
    @Requires(Requires.AUTHENTICATED)
    Map<String, Object> me(Caller caller, RequestTrace trace) {
      return Map.of(
          "kind", caller.kind(), "address", caller.address(), "request_id", trace.requestId());
    }

    @GetMapping("/later")
    @Requires(Requires.AUTHENTICATED)
    CompletableFuture<Map<String, Object>> later(Caller caller) {
      return CompletableFuture.supplyAsync(() -> Map.of("kind", caller.kind()));
    }

    @GetMapping("/waits")
    @Requires(Requires.AUTHENTICATED)
    Map<String, String> waits() throws InterruptedException {
      ARRIVED.release();
      LEAVING.acquire();
      return Map.of();
    }

    @GetMapping("/person")
    @Requires(Requires.PERSON)
    Map<String, String> person() {
      return Map.of();
    }

    @GetMapping("/operator")
    @Requires(Requires.OPERATOR)
    Map<String, String> operator() {
      return Map.of();
    }

    @GetMapping("/organizations/{org}/clients")
    @Requires("clients.read")
    Map<String, String> clients(@PathVariable String org) {
      return Map.of("organization", org);
    }

    @PostMapping("/things")
    @PublicEndpoint(because = "it gives back what it got")
    Things things(@RequestBody Things things) {
      return things;
    }

    @GetMapping("/things")
    @PublicEndpoint(because = "it gives back what it got")
    List<Integer> page(@RequestParam int limit) {
      return List.of(limit);
    }

    @GetMapping("/refused")
    @PublicEndpoint(because = "it refuses everybody")
    Things refused() {
      throw Problem.of(409, "taken", "It is taken.")
          .with("by", "somebody")
          .withHeader("Retry-After", "3")
          .toException();
    }

    @GetMapping("/broken")
    @PublicEndpoint(because = "it breaks for everybody")
    Things broken() {
      throw new IllegalStateException("a secret in a message");
    }
  }
}
