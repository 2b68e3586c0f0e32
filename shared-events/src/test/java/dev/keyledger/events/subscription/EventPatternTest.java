package dev.keyledger.events.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventPatternTest {
  private static boolean isTold(String type, String... patterns) {
    return EventPattern.matches(List.of(patterns), type);
  }

  @Test
  void aTypeIsToldByItsNameByItsFamilyOrWithAllOthers() {
    assertThat(isTold("key.revoked", "key.revoked")).isTrue();
    assertThat(isTold("key.revoked", "member.removed", "key.*")).isTrue();
    assertThat(isTold("of_a_later.release", "*")).isTrue();
  }

  @Test
  void noOtherIs() {
    assertThat(isTold("key.revoked", "key.created", "member.*")).isFalse();
    assertThat(isTold("key.revoked")).isFalse();
    // Neither the beginning of a word, nor a family that only begins alike.
    assertThat(isTold("key.revoked", "key.re*", "ke.*", "key", "key.", ".*", "k*")).isFalse();
    assertThat(isTold("keys.lent", "key.*")).isFalse();
  }

  @Test
  void aPatternOfNothingThatIsKnownIsAMistake() {
    var types = List.of("key.revoked", "member.removed");
    assertThat(List.of("*", "key.*", "member.removed"))
        .allMatch(pattern -> EventPattern.isKnown(pattern, types));
    assertThat(List.of("key.revokd", "keys.*", "", "**", "key.**", "KEY.*"))
        .noneMatch(pattern -> EventPattern.isKnown(pattern, types));
  }
}
