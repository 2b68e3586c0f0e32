package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A code that an attacker looked at while it was typed is worth nothing. */
class TotpReplayTest extends Attack {
  private static final Duration NEXT_STEP = Duration.ofSeconds(30);

  private record TwoSteps(Door door, String verify) {
    Request challenged(Person person) {
      return door.signIn(person.email(), PASSWORD, "203.0.113.50");
    }

    Request verified(String challenge, String code) {
      return Request.post(verify, Map.of("challenge", challenge, "code", code));
    }
  }

  private record Person(String email, String secret) {}

  private static final List<TwoSteps> DOORS =
      List.of(
          new TwoSteps(Door.CANONICAL, "/v1/sessions/verify"),
          new TwoSteps(Door.SYNCGRAM_PAY, "/api/v1/auth/login/verify"));

  @TestFactory
  Stream<DynamicTest> replays() {
    return DOORS.stream()
        .flatMap(steps ->
            Stream.of(
                sentence(
                    "A code that was used signs nobody in again at " + steps.door(),
                    () -> usedCode(steps)),
                sentence(
                    "Of sign-ins at once with the same code at " + steps.door() + " one succeeds",
                    () -> racedCode(steps)),
                sentence(
                    "Five wrong codes use up a challenge at "
                        + steps.door()
                        + ", the right one too",
                    () -> guessedCode(steps))));
  }

  /** Who used this step's code to set their second step up. */
  private Person enrolled(TwoSteps steps) {
    String org = someone("replayed");
    String who = someone("rita");
    Map<String, String> known =
        given(
            org + " is a live organisation on " + steps.door().preset(),
            who + " is owner of " + org + " and has an authenticator");
    return new Person(known.get(who + ".email"), known.get(who + ".totp"));
  }

  private String challenge(TwoSteps steps, Person person) {
    Answered answer = ask(steps.challenged(person));
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    return answer.field("challenge");
  }

  private void usedCode(TwoSteps steps) {
    Person person = enrolled(steps);
    String used = challenge(steps, person);
    String code = code(person.secret(), NEXT_STEP);
    succeed(steps.verified(used, code));
    refused(401, steps.verified(used, code));
    for (TwoSteps elsewhere : DOORS) {
      if (elsewhere == steps || elsewhere.door() == Door.CANONICAL) {
        refused(401, elsewhere.verified(challenge(elsewhere, person), code));
      }
    }
    // The code by which the authenticator was set up is used too.
    refused(401, steps.verified(challenge(steps, person), code(person.secret(), Duration.ZERO)));
  }

  private void racedCode(TwoSteps steps) {
    Person person = enrolled(steps);
    List<String> challenges = Stream.generate(() -> challenge(steps, person)).limit(6).toList();
    String code = code(person.secret(), NEXT_STEP);
    List<Answered> answers =
        askAtOnce(challenges.stream().map(each -> steps.verified(each, code)).toList());
    assertThat(answers.stream().filter(Answered::isSuccess)).as(answers.toString()).hasSize(1);
  }

  private void guessedCode(TwoSteps steps) {
    Person person = enrolled(steps);
    String challenge = challenge(steps, person);
    String code = code(person.secret(), NEXT_STEP);
    String wrong = code.startsWith("0") ? "1" + code.substring(1) : "0" + code.substring(1);
    for (int i = 0; i < 5; i++) {
      refused(401, steps.verified(challenge, wrong));
    }
    refused(401, steps.verified(challenge, code));
    succeed(steps.verified(challenge(steps, person), code(person.secret(), NEXT_STEP)));
  }
}
