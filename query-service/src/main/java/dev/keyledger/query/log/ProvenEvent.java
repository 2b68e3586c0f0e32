package dev.keyledger.query.log;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.Parameters;
import dev.keyledger.query.views.Snapshot;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Of which event it is to be proven that it is in the log: by one of the two. */
record ProvenEvent(@Nullable Long position, @Nullable KeyId revoked) {

  /**
   * @throws dev.keyledger.kit.web.ProblemException 422 for both, for neither, and for what is no
   *     position and no key
   */
  static ProvenEvent of(@Nullable String position, @Nullable String key) {
    if ((position == null) == (key == null)) {
      throw Parameters.refused("position", "Give the event's position, or a key that was revoked.");
    }
    return new ProvenEvent(
        Parameters.wholeNumber("position", position),
        key == null ? null : Parameters.id("key", key, KeyId::new));
  }

  /**
   * @param size of the tree that it has to be in
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code event_not_found}
   */
  long within(long size, Snapshot snapshot) {
    return Optional.ofNullable(position)
        .or(() -> revocation(snapshot))
        .filter(index -> index < size)
        .orElseThrow(
            () -> Problem.of(404, "event_not_found", "The tree has no such event.").toException());
  }

  private Optional<Long> revocation(Snapshot snapshot) {
    return snapshot
        .sql(
            "select position from events@ where organization = :organization and subject = :key"
                + " and type in ('key.revoked', 'key.suspended')"
                + " order by position desc limit 1")
        .param("key", Objects.requireNonNull(revoked).uuid())
        .query(Long.class)
        .optional();
  }

  /** As it was published. */
  static byte[] record(long position, Snapshot snapshot) {
    return snapshot
        .sql(
            "select record from events@ where organization = :organization and position ="
                + " :position")
        .param("position", position)
        .query(byte[].class)
        .single();
  }
}
