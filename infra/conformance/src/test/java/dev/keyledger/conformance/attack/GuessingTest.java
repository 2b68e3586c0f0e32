package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who guesses passwords keeps nobody out, and gains no more guesses by it. */
class GuessingTest extends Attack {
  private static final int CONNECTIONS = 40;
  private static final int RIGHT_ONES = 22;
  private final AtomicInteger elsewhere = new AtomicInteger();

  @TestFactory
  Stream<DynamicTest> atEveryDoor() {
    // At Syncgram Pay no password alone signs in, so these say nothing there.
    return Stream.of(Door.CANONICAL, Door.INCRM)
        .flatMap(door ->
            Stream.of(
                sentence(
                    "The right password gets in at "
                        + door
                        + " while 40 connections try wrong ones",
                    () -> rightOnesGetIn(door)),
                sentence(
                    "Whoever has signed in at "
                        + door
                        + " from a network isn't locked out there by guesses from others",
                    () -> homeStaysOpen(door)),
                sentence(
                    "Guesses at one person at " + door + " are bounded, wherever they come from",
                    () -> guessesAreBounded(door))));
  }

  private void rightOnesGetIn(Door door) {
    String email = member(door);
    String home = anotherAddress();
    var guessing = new AtomicBoolean(true);
    var underWay = new CountDownLatch(CONNECTIONS);
    Request guess = door.signIn(someone("nobody") + "@people.test", "a guess", "198.51.100.40");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> guesses =
          IntStream.range(0, CONNECTIONS)
              .mapToObj(i ->
                  threads.submit(() -> {
                    boolean refused = true;
                    do {
                      refused &= List.of(401, 503).contains(ask(guess).status());
                      underWay.countDown();
                    } while (guessing.get());
                    return refused;
                  }))
              .toList();
      underWay.await();
      List<Answered> right =
          IntStream.range(0, RIGHT_ONES)
              .mapToObj(i -> ask(door.signIn(email, PASSWORD, home)))
              .toList();
      guessing.set(false);

      assertThat(right).allMatch(Answered::isSuccess);
      for (Future<Boolean> each : guesses) {
        assertThat(each.get()).isTrue();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("one of the guessers", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void homeStaysOpen(Door door) {
    String email = member(door);
    String home = anotherAddress();
    succeed(door.signIn(email, PASSWORD, home));
    lockOutElsewhere(door, email);
    succeed(door.signIn(email, PASSWORD, home));
  }

  private void guessesAreBounded(Door door) {
    String email = member(door);
    String home = anotherAddress();
    succeed(door.signIn(email, PASSWORD, home));
    lockOutElsewhere(door, email);
    for (int i = 0; i < platform().lockOutFailures(); i++) {
      refused(401, door.signIn(email, "a guess", home));
    }
    refused(401, door.signIn(email, PASSWORD, home));
    refused(401, door.signIn(email, PASSWORD, anotherAddress()));
  }

  /** Each from another network: none of these is locked. */
  private void lockOutElsewhere(Door door, String email) {
    for (int i = 0; i < platform().lockOutFailures(); i++) {
      refused(401, door.signIn(email, "a guess", anotherAddress()));
    }
    refused(401, door.signIn(email, PASSWORD, anotherAddress()));
  }

  private String anotherAddress() {
    int n = elsewhere.getAndIncrement();
    return "100.%d.%d.1".formatted(64 + n / 250, n % 250);
  }

  private String member(Door door) {
    String org = someone("guessed");
    String who = someone("greta");
    Map<String, String> known =
        given(org + " is a live organisation on " + door.preset(), who + " is owner of " + org);
    return known.get(who + ".email");
  }
}
