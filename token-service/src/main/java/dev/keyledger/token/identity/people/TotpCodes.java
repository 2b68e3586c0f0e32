package dev.keyledger.token.identity.people;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.LongStream;
import javax.crypto.spec.SecretKeySpec;

/**
 * RFC 6238 as authenticator apps have it: SHA-1, six digits, steps of 30 s. A code of the step
 * before or after counts too (section 5.2).
 */
final class TotpCodes {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final int DIGITS = 6;

  private final TimeBasedOneTimePasswordGenerator generator =
      new TimeBasedOneTimePasswordGenerator(
          STEP, DIGITS, TimeBasedOneTimePasswordGenerator.TOTP_ALGORITHM_HMAC_SHA1);

  /** The time steps around this instant whose code this is, the earliest first. */
  LongStream stepsOf(String code, byte[] secret, Instant at) {
    long now = at.getEpochSecond() / STEP.toSeconds();
    return LongStream.rangeClosed(now - 1, now + 1)
        .filter(step ->
            MessageDigest.isEqual(
                codeOf(secret, step).getBytes(StandardCharsets.US_ASCII),
                code.getBytes(StandardCharsets.UTF_8)));
  }

  String codeOf(byte[] secret, long step) {
    Key key = new SecretKeySpec(secret, "HmacSHA1");
    try {
      return generator.generateOneTimePasswordString(
          key, Instant.ofEpochSecond(step * STEP.toSeconds()), Locale.ROOT);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("any bytes are an HMAC key", e);
    }
  }
}
