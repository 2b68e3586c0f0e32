package dev.keyledger.command.memory;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.OrganizationSnapshot;
import dev.keyledger.command.organization.OrganizationState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Snapshots in PostgreSQL, part by part, each in a statement of its own: however large one is, no
 * statement and no transaction is long. It counts once its head is there, which comes last. Of an
 * organisation the newest is kept, and the newest that the relay can begin with.
 */
public final class Snapshots {
  private static final Logger log = LoggerFactory.getLogger(Snapshots.class);
  private static final int HEAD = 0;

  private final JdbcClient jdbc;

  /** One that is there; its keys are not read yet. */
  public final class Stored {
    private final String organization;
    private final UUID id;
    private final long position;
    private final byte[] head;

    private Stored(String organization, UUID id, long position, byte[] head) {
      this.organization = organization;
      this.id = id;
      this.position = position;
      this.head = head;
    }

    /**
     * The state that it was taken of; empty where this release can't read it.
     *
     * @param endedToo {@code false} for one of open keys only
     * @throws DataAccessException when the database can't be asked
     */
    public Optional<OrganizationState> restore(boolean endedToo) {
      try {
        OrganizationState state = OrganizationSnapshot.restore(head, this::part, endedToo);
        if (!state.id().value().equals(organization) || state.position() != position) {
          throw new IllegalStateException("a snapshot of something else");
        }
        return Optional.of(state);
      } catch (DataAccessException e) {
        throw e;
      } catch (RuntimeException e) {
        log.warn(
            "The snapshot of {} at position {} cannot be read; its events are",
            organization,
            position,
            e);
        return Optional.empty();
      }
    }

    private byte[] part(int number) {
      return jdbc.sql(
              """
              SELECT payload FROM organization_snapshot
              WHERE organization = ? AND position = ? AND id = ? AND part = ?
              """)
          .params(organization, position, id, number)
          .query((rs, n) -> rs.getBytes(1))
          .optional()
          .orElseThrow(() -> new IllegalStateException("a snapshot lacks part " + number));
    }
  }

  /**
   * @param jdbc to be used outside of any transaction
   */
  public Snapshots(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @throws DataAccessException with no snapshot stored, and none lost
   */
  public void store(String organization, OrganizationSnapshot snapshot) {
    UUID id = UuidCreator.getTimeOrderedEpoch();
    List<byte[]> parts = snapshot.parts();
    for (int number = parts.size() - 1; number >= HEAD; number--) {
      jdbc.sql(
              """
              INSERT INTO organization_snapshot (organization, position, id, part, format, payload)
              VALUES (?, ?, ?, ?, ?, ?)
              """)
          .params(
              organization, snapshot.position(), id, number, snapshot.format(), parts.get(number))
          .update();
    }
    forgetOlder(organization, snapshot.position(), id);
  }

  private void forgetOlder(String organization, long position, UUID id) {
    jdbc.sql(
            """
            DELETE FROM organization_snapshot
            WHERE organization = :organization
              AND (position < :position OR position = :position AND id <> :id)
              AND position <> coalesce(
                (SELECT max(s.position)
                 FROM organization_snapshot s JOIN published_position p USING (organization)
                 WHERE s.organization = :organization AND s.part = 0 AND s.format IN (:formats)
                   AND s.position <= p.position), -1)
            """)
        .param("organization", organization)
        .param("position", position)
        .param("id", id)
        .param("formats", OrganizationSnapshot.FORMATS)
        .update();
  }

  /**
   * The newest up to a position of the formats that this release reads.
   *
   * @throws DataAccessException when the database can't be asked
   */
  public Optional<Stored> newest(String organization, long atMost) {
    return jdbc.sql(
            """
            SELECT id, position, payload FROM organization_snapshot
            WHERE organization = :organization AND part = 0 AND format IN (:formats) AND position <= :position
            ORDER BY position DESC LIMIT 1
            """)
        .param("organization", organization)
        .param("formats", OrganizationSnapshot.FORMATS)
        .param("position", atMost)
        .query((rs, n) ->
            new Stored(organization, rs.getObject(1, UUID.class), rs.getLong(2), rs.getBytes(3)))
        .optional();
  }
}
