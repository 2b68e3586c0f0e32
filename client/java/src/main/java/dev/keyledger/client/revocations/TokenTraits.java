package dev.keyledger.client.revocations;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What revocations can hit a token by.
 *
 * @param id {@code jti}
 * @param subject of whom it speaks: a person's or a key's id
 * @param position of the organisation, as the issuer knew it
 */
public record TokenTraits(
    String id,
    String subject,
    @Nullable String organization,
    @Nullable String member,
    @Nullable String session,
    @Nullable String key,
    Instant issuedAt,
    long position) {

  /** The stream in which the end of its session is told. */
  String sessionStream() {
    return "sessions:" + (organization == null ? subject : organization);
  }
}
