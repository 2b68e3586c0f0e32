package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A stolen refresh token serves thief or client, and the second to use it ends it for both. */
class RefreshReplayTest extends Attack {
  private static final int ROUNDS = 5;

  @TestFactory
  Stream<DynamicTest> replays() {
    return Stream.of(Refreshed.values())
        .map(kind ->
            sentence(
                "The refresh token of " + kind + " works once, and a second use ends its family",
                () -> replayed(kind)));
  }

  private void replayed(Refreshed kind) {
    String first = kind.begin().apply(this);
    Answered refreshed = succeed(kind.refresh().apply(first));
    String second = kind.next().apply(refreshed);
    assertThat(second).isNotEmpty().isNotEqualTo(first);
    Answered again = succeed(kind.refresh().apply(second));
    if (kind.endsAccess()) {
      succeed(kind.use().apply(again));
    }
    String third = kind.next().apply(again);

    isUnauthorized(kind.refresh().apply(first));
    isUnauthorized(kind.refresh().apply(third));
    isUnauthorized(kind.refresh().apply(second));
    if (kind.endsAccess()) {
      isUnauthorized(kind.use().apply(again));
    }
  }

  private void isUnauthorized(Request request) {
    // 400 is OAuth's word for it.
    Answered answer = ask(request);
    assertThat(answer.status()).as(answer.toString()).isIn(400, 401);
    assertThat(answer.text()).doesNotContain("access_token", "accessToken");
  }

  @TestFactory
  Stream<DynamicTest> races() {
    return Stream.of(Refreshed.values())
        .map(kind ->
            sentence(
                "Refreshes of "
                    + kind
                    + " at once come to one pair at most, and one family lives on",
                () -> {
                  for (int round = 0; round < ROUNDS; round++) {
                    raced(kind);
                  }
                }));
  }

  private void raced(Refreshed kind) {
    String token = kind.begin().apply(this);
    List<Answered> answers = askAtOnce(Collections.nCopies(6, kind.refresh().apply(token)));
    List<Answered> won = answers.stream().filter(Answered::isSuccess).toList();
    // All of them come from one client, to which the one answer is given again where policy says
    // so.
    Set<String> next = won.stream().map(kind.next()).collect(Collectors.toSet());
    assertThat(next).as(answers.toString()).hasSizeLessThanOrEqualTo(1);
    assertThat(won.size())
        .as(answers.toString())
        .isIn(kind.answersAgain() ? Set.of(6) : Set.of(0, 1));
    next.forEach(successor -> ask(kind.refresh().apply(successor)));
    assertThat(ask(kind.refresh().apply(token)).isSuccess()).isFalse();
    next.forEach(
        successor -> assertThat(ask(kind.refresh().apply(successor)).isSuccess()).isFalse());
  }
}
