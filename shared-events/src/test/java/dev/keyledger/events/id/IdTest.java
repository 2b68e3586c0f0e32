package dev.keyledger.events.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdTest {
  private static final String UUID_TEXT = "0190f5c2-7b3a-7c4d-8e5f-0123456789ab";

  @Test
  void anIdIsItsPrefixAndAUuidOfVersionSeven() {
    assertThat(new KeyId("key_" + UUID_TEXT).uuid()).isEqualTo(UUID.fromString(UUID_TEXT));
    assertThat(KeyId.of(UUID.fromString(UUID_TEXT)).value()).isEqualTo("key_" + UUID_TEXT);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "key_",
        "org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab",
        "key_0190f5c2-7b3a-4c4d-8e5f-0123456789ab",
        "key_0190F5C2-7B3A-7C4D-8E5F-0123456789AB",
        "key_0190f5c27b3a7c4d8e5f0123456789ab",
        "key_0190f5c2-7b3a-7c4d-8e5f-0123456789ab ",
        "key_0190f5c2-7b3a-7c4d-8e5f_0123456789ab"
      })
  void anythingElseIsNoId(String text) {
    assertThatThrownBy(() -> new KeyId(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusedIdIsNotQuotedSinceItMayBeASecret() {
    assertThatThrownBy(() -> new KeyId("sk_live_planted")).hasMessageNotContaining("planted");
  }
}
