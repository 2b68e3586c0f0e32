package dev.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.KeyEvent.ExpiresBy;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiresByTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.123Z");

  @Test
  void whatEndsByItsAgeSaysSoInAFieldOfItsOwnAndIsReadAgain() {
    for (KeyEvent event :
        List.of(
            new KeyExpired(Samples.KEY, AT, ExpiresBy.AGE, AT),
            new KeyEndingSoon(Samples.KEY, KeyEndingSoon.Cause.EXPIRY, AT, 7, ExpiresBy.AGE, AT))) {
      LedgerEvent in = Samples.inLedger(event);
      byte[] bytes = EventCodec.encode(in);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("\"expires_by\":\"age\"");
      assertThat(EventCodec.decodeEvent(bytes)).isEqualTo(in);
    }
  }

  @Test
  void whatWasMadeWithItsEndIsWrittenAsBefore() {
    assertThat(
            new String(
                EventCodec.encodePayload(new KeyExpired(Samples.KEY, AT, AT)),
                StandardCharsets.UTF_8))
        .doesNotContain("expires_by");
  }
}
