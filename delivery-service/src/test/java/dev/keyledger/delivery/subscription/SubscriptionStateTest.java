package dev.keyledger.delivery.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What replicas of two releases keep of a webhook in the same table. */
class SubscriptionStateTest {
  private static final String BEFORE_STREAMS =
      "{\"name\":\"siem\",\"url\":\"https://a.example/\",\"events\":[\"key.*\"],\"signature\":\"v1\"}";

  @Test
  void aWebhookIsKeptAsBeforeThereWereStreams() {
    Instant at = Instant.parse("2026-11-27T10:00:00Z");
    var created =
        new SubscriptionCreated(
            SubscriptionId.of(new UUID(0x7000L, 0x8000_0000_0000_0000L)),
            SubscriptionKind.WEBHOOK,
            "siem",
            "https://a.example/",
            List.of("key.*"),
            SignatureScheme.V1,
            SubscriptionSecret.committed(1, "sealed", null, at),
            at);
    assertThat(EventCodec.mapper().writeValueAsString(SubscriptionState.of(created)))
        .isEqualTo(BEFORE_STREAMS);
    assertThat(SubscriptionTable.state(BEFORE_STREAMS).streams()).isFalse();
  }
}
