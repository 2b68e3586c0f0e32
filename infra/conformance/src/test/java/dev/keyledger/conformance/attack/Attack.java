package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.conformance.Conformance;
import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import dev.keyledger.infra.services.Api;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Attackers and victims on one platform, and what they ask of it. */
abstract class Attack {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  static final String PASSWORD = "an honest long pass phrase 7";
  private static final AtomicInteger MADE = new AtomicInteger();

  private Platform platform;

  @BeforeEach
  final void meet(Platform there) {
    platform = there;
  }

  final Platform platform() {
    return platform;
  }

  /** One line of the report. */
  final DynamicTest sentence(String text, Runnable attack) {
    return dynamicTest(text, () -> platform.report().of("attacks", text, attack));
  }

  /** A name that no person and no organisation has yet. */
  static String someone(String name) {
    return name + "-" + MADE.incrementAndGet();
  }

  final Map<String, String> given(String... wordings) {
    return platform.stage().given(wordings);
  }

  final Answered ask(Request request) {
    return Wire.ask(platform.baseUrl(), request);
  }

  /** What has to work, lest an attack be refused for another reason. */
  final Answered succeed(Request request) {
    Answered answer = ask(request);
    assertThat(answer.isSuccess()).as(request.target() + ": " + answer).isTrue();
    return answer;
  }

  final void refused(int status, Request request) {
    Answered answer = ask(request);
    assertThat(answer.status()).as(request.target() + ": " + answer).isEqualTo(status);
  }

  final Request asOperator(Request request) {
    return request.as(platform.operatorToken());
  }

  /** What an authenticator shows then. */
  final String code(String secret, Duration later) {
    return Api.totp(secret, platform.clock().instant().plus(later));
  }

  /** All at the same moment, as far as there is one. */
  final List<Answered> askAtOnce(List<Request> requests) {
    var start = new CyclicBarrier(requests.size());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answered>> answers =
          requests.stream()
              .map(request ->
                  threads.submit(() -> {
                    start.await();
                    return ask(request);
                  }))
              .toList();
      return answers.stream().map(Attack::result).toList();
    }
  }

  private static Answered result(Future<Answered> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("one of several requests", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
