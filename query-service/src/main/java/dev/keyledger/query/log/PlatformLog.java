package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.kit.log.TiledTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The platform's own log: its entries are the checkpoints of the organisations' logs, so that two
 * who check can't be shown two histories of one organisation.
 */
@Component
class PlatformLog {
  /**
   * @param note the newest checkpoint; {@code null} before the first
   */
  record Head(Frontier log, @Nullable SignedNote note) {}

  /** Where in the log a checkpoint is, and what it says. */
  record Entry(long index, String text) {}

  private static final String HEAD = "select size, log, note from platform_log_head";

  private final JdbcClient jdbc;
  private final LogKeys keys;

  PlatformLog(JdbcClient jdbc, LogKeys keys) {
    this.jdbc = jdbc;
    this.keys = keys;
  }

  Head head() {
    return head(HEAD).orElseThrow();
  }

  /**
   * For the rest of the transaction nobody else appends.
   *
   * @param waits whether to wait for whoever does now
   */
  Optional<Head> lock(boolean waits) {
    return head(HEAD + (waits ? " for update" : " for update skip locked"));
  }

  private Optional<Head> head(String sql) {
    return jdbc.sql(sql)
        .query((row, n) -> {
          String note = row.getString("note");
          return new Head(
              Frontier.of(row.getLong("size"), row.getBytes("log")),
              note == null ? null : SignedNote.parse(note));
        })
        .optional();
  }

  TiledTree tree() {
    return new TiledTree(StoredRows.ofPlatform(jdbc));
  }

  /** An organisation's checkpoint of that size. */
  Optional<Entry> entryOf(OrganizationId organization, long size) {
    return jdbc.sql(
            "select index, entry from platform_log where organization = :organization and size ="
                + " :size")
        .param("organization", organization.uuid())
        .param("size", size)
        .query((row, n) -> new Entry(row.getLong(1), row.getString(2)))
        .optional();
  }

  /** What is entered of an organisation. */
  record OfOrganization(OrganizationId organization, Checkpoint checkpoint) {}

  void append(Head head, List<OfOrganization> checkpoints) {
    if (checkpoints.isEmpty()) {
      return;
    }
    Frontier log = head.log();
    for (OfOrganization one : checkpoints) {
      Hash leaf = Hash.ofLeaf(one.checkpoint().text().getBytes(StandardCharsets.UTF_8));
      insert(log.size(), one, leaf);
      log = log.append(leaf, this::keep);
    }
    var own = new Checkpoint(keys.platform(), log.size(), log.root());
    jdbc.sql("update platform_log_head set size = :size, log = :log, note = :note")
        .param("size", log.size())
        .param("log", log.toBytes())
        .param("note", own.signedBy(keys.signersOf(own.origin())).toString())
        .update();
  }

  private void insert(long index, OfOrganization one, Hash leaf) {
    jdbc.sql(
            """
            insert into platform_log (index, organization, size, entry, leaf)
            values (:index, :organization, :size, :entry, :leaf)
            """)
        .param("index", index)
        .param("organization", one.organization().uuid())
        .param("size", one.checkpoint().size())
        .param("entry", one.checkpoint().text())
        .param("leaf", leaf.bytes())
        .update();
  }

  private void keep(int height, long index, Hash root) {
    if (height % Tile.HEIGHT == 0) {
      jdbc.sql("insert into platform_log_nodes (level, index, hash) values (:level, :index, :hash)")
          .param("level", height / Tile.HEIGHT)
          .param("index", index)
          .param("hash", root.bytes())
          .update();
    }
  }
}
