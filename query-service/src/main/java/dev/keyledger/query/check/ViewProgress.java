package dev.keyledger.query.check;

import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** How far the views have read the topic; within a snapshot as of that. */
@Component
class ViewProgress {
  private final JdbcTemplate template;

  ViewProgress(JdbcTemplate template) {
    this.template = template;
  }

  Map<Integer, PartitionProgress> of(ViewVersion version) {
    return Objects.requireNonNull(
        template.execute((Connection connection) -> Offsets.read(connection, version)));
  }

  PartitionProgress of(ViewVersion version, int partition) {
    return Objects.requireNonNull(of(version).get(partition));
  }
}
