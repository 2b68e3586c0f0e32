package dev.keyledger.query.check;

import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.versions.ViewVersion;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far an organisation is, and what stands beside its events, at one moment.
 *
 * @param log the frontier's bytes; {@code null} in a view version of before there were logs
 * @param nodes how many there are
 * @param stray an event behind the last position or before the first
 * @param entered the highest size in the platform's log; {@code null} for none
 * @param isEntered whether the checkpoint is in the platform's log
 */
record OrganizationStart(
    long position,
    byte @Nullable [] log,
    long nodes,
    @Nullable Long stray,
    @Nullable Instant latestAt,
    @Nullable SignedRow signed,
    @Nullable Long entered,
    boolean isEntered,
    List<OrganizationRow> organizations,
    List<PolicyRow> policies) {

  record SignedRow(long size, byte[] root, String note) {}

  /** Empty where nothing says how far it is. */
  static Optional<OrganizationStart> of(
      Snapshots snapshots, ViewVersion version, UUID organization) {
    return snapshots.in(() -> {
      var organizations = snapshots.ofViews(version, organization, views -> views.organizations());
      var policies = snapshots.ofViews(version, organization, views -> views.policies());
      return snapshots
          .jdbc()
          .sql(
              version.sql(
                  """
                  select p.position, p.log,
                    (select count(*) from log_nodes@ where organization = p.organization),
                    coalesce(
                      (select min(position) from events@ where organization = p.organization and position > p.position),
                      (select min(position) from events@ where organization = p.organization and position < 0)),
                    (select latest_at from clocks@ where organization = p.organization),
                    c.size, c.root, c.note,
                    (select max(size) from platform_log where organization = p.organization),
                    exists (select from platform_log where organization = p.organization and size = c.size)
                  from positions@ p left join log_checkpoints c on c.organization = p.organization
                  where p.organization = :organization
                  """))
          .param("organization", organization)
          .query((row, n) -> {
            String note = row.getString(8);
            OffsetDateTime latest = row.getObject(5, OffsetDateTime.class);
            return new OrganizationStart(
                row.getLong(1),
                row.getBytes(2),
                row.getLong(3),
                row.getObject(4, Long.class),
                latest == null ? null : latest.toInstant(),
                note == null
                    ? null
                    : new SignedRow(row.getLong(6), Objects.requireNonNull(row.getBytes(7)), note),
                row.getObject(9, Long.class),
                row.getBoolean(10),
                organizations,
                policies);
          })
          .optional();
    });
  }

  long size() {
    return position + 1;
  }

  /** The newest checkpoint, if it is what one of these keys signed. */
  @Nullable Checkpoint checkpoint(Pass pass, UUID organization, String origin, List<String> keys) {
    if (signed == null) {
      if (entered != null) {
        pass.found(
            Part.LOG, Kind.MISSING, organization, entered - 1, "the newest checkpoint is gone");
      }
      return null;
    }
    if (entered == null || !isEntered || entered > signed.size()) {
      pass.found(
          Part.LOG,
          entered != null && entered > signed.size() ? Kind.CHANGED : Kind.MISSING,
          organization,
          signed.size() - 1,
          "the newest checkpoint isn't the newest in the platform's log");
    }
    Checkpoint checkpoint = read(signed, origin, keys);
    if (checkpoint == null) {
      pass.found(
          Part.LOG,
          Kind.CHANGED,
          organization,
          signed.size() - 1,
          "the checkpoint isn't what the log's key signed");
    } else if (checkpoint.size() > size()) {
      pass.found(
          Part.VIEWS,
          Kind.MISSING,
          organization,
          size(),
          "more was signed of the log than there is now");
    }
    return checkpoint;
  }

  private static @Nullable Checkpoint read(SignedRow signed, String origin, List<String> keys) {
    try {
      SignedNote note = SignedNote.parse(signed.note());
      Checkpoint checkpoint = Checkpoint.parse(note.text());
      boolean isGood =
          checkpoint.equals(new Checkpoint(origin, signed.size(), new Hash(signed.root())))
              && keys.stream().anyMatch(key -> isSignedBy(note, key));
      return isGood ? checkpoint : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static boolean isSignedBy(SignedNote note, String key) {
    try {
      return note.signedBy(NoteVerifier.parse(key)).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
