package dev.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.SealedText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read in one pass is what the whole codec reads. */
class PlainEventsTest {
  private static final byte[] PUT = "0179azAZ-.:,\"\\{}[] é\n".getBytes(StandardCharsets.UTF_8);

  private static final IssuedSecret COMMITTED =
      IssuedSecret.committed("sk_live_aB3dE5g", "nEvErAsEcReT", Samples.AT);

  static Stream<LedgerEvent> frequent() {
    return Stream.concat(
            Samples.EVENTS.stream(),
            Stream.of(
                new KeyEvent.KeyRotated(Samples.KEY, COMMITTED, null, Samples.AT),
                new KeyEvent.KeyRevoked(
                    Samples.KEY,
                    KeyEvent.KeyRevoked.Cause.REQUESTED,
                    null,
                    Samples.AT.minusSeconds(60),
                    Samples.AT)))
        .filter(event ->
            (event instanceof KeyEvent
                    && !(event instanceof KeyEvent.RotationRolledBack)
                    && !(event instanceof KeyEvent.KeyEndingSoon)
                    && !(event instanceof KeyEvent.KeyLeaked)
                    && !(event instanceof KeyEvent.KeySuspended)
                    && !(event instanceof KeyEvent.KeyResumed))
                || (event instanceof MemberEvent && !(event instanceof MemberEvent.MemberErased)))
        .flatMap(event ->
            Stream.of(
                Samples.inLedger(event),
                Samples.inLedger(event.withoutVerifier()),
                withWholeOrigin(event),
                byThePlatform(event)));
  }

  private static LedgerEvent withWholeOrigin(OrganizationEvent event) {
    LedgerEvent sample = Samples.inLedger(event);
    var sealed = new SealedText(Samples.PERSON, "c2VhbGVk");
    var origin =
        new Origin("r", sealed, "00-trace", sealed, null)
            .because(EventCause.reaction("member_removed", sample.id(), 16));
    return new LedgerEvent(sample.organization(), 0, sample.id(), sample.actor(), origin, event);
  }

  private static LedgerEvent byThePlatform(OrganizationEvent event) {
    LedgerEvent sample = Samples.inLedger(event);
    return new LedgerEvent(
        sample.organization(),
        Long.MAX_VALUE / 10,
        sample.id(),
        Actor.SYSTEM,
        Origin.NONE.because(EventCause.command("RevokeKey")),
        event);
  }

  @ParameterizedTest
  @MethodSource("frequent")
  void aFrequentEventIsReadInOnePass(LedgerEvent event) {
    assertThat(PlainEvents.read(EventCodec.encode(event))).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("frequent")
  void whateverByteIsAnotherOrMissingOrTooManyItIsReadAsByTheWholeCodecOrLeftToIt(
      LedgerEvent event) {
    byte[] whole = EventCodec.encode(event);
    for (int at = 0; at < whole.length; at++) {
      same(spliced(whole, at, 1, new byte[0]));
      same(spliced(whole, at, whole.length - at, new byte[0]));
      for (byte put : PUT) {
        same(spliced(whole, at, 1, new byte[] {put}));
        same(spliced(whole, at, 0, new byte[] {put}));
      }
    }
  }

  private static byte[] spliced(byte[] bytes, int at, int without, byte[] put) {
    byte[] spliced = Arrays.copyOf(bytes, bytes.length - without + put.length);
    System.arraycopy(put, 0, spliced, at, put.length);
    System.arraycopy(bytes, at + without, spliced, at + put.length, bytes.length - at - without);
    return spliced;
  }

  private static void same(byte[] bytes) {
    LedgerEvent plain = PlainEvents.read(bytes);
    if (plain != null) {
      assertThat(plain)
          .as(new String(bytes, StandardCharsets.UTF_8))
          .isEqualTo(EventCodec.decodeWhatever(bytes));
    }
  }

  @Test
  void timesOfEveryPrecisionAreRead() {
    for (String time :
        List.of(
            "2026-05-28T14:43:58Z",
            "2026-05-28T14:43:58.1Z",
            "2024-02-29T00:00:00.123Z",
            "1969-12-31T23:59:59.999999Z",
            "0001-01-01T00:00:00.000000001Z",
            "9999-12-31T23:59:59.999999999Z")) {
      var json = new PlainJson(('"' + time + '"').getBytes(StandardCharsets.US_ASCII));
      assertThat(json.instant()).isEqualTo(Instant.parse(time));
    }
  }
}
