package dev.keyledger.kit.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * How far a service's schema is, against what its release was built for. The service may look, and
 * nothing else: the schema's owner migrates, by {@code ./keyledger migrate}.
 */
final class SchemaVersion {
  private static final Pattern SCRIPT = Pattern.compile("V(\\d+)__\\w+\\.sql");
  private static final String NO_SUCH_TABLE = "42P01";
  private static final String NOT_ALLOWED = "42501";

  private SchemaVersion() {}

  /**
   * @param schema whose scripts are on the class path, in {@code db/<schema>}
   * @throws UnfitSchemaException when the schema is older or newer than that
   */
  static void require(DataSource database, String schema) {
    List<Integer> needed = needed(schema);
    List<Integer> applied = applied(database, schema);
    int last = needed.getLast();
    int latest = applied.isEmpty() ? 0 : applied.getLast();
    if (latest > last) {
      throw UnfitSchemaException.newer(schema, latest, last);
    }
    if (!applied.equals(needed)) {
      throw UnfitSchemaException.older(schema, latest, last);
    }
  }

  private static List<Integer> needed(String schema) {
    var versions = new ArrayList<Integer>();
    try {
      for (Resource script :
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:db/" + schema + "/V*.sql")) {
        Matcher name = SCRIPT.matcher(Objects.requireNonNullElse(script.getFilename(), ""));
        if (name.matches()) {
          versions.add(Integer.valueOf(name.group(1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the scripts of " + schema + " could not be listed", e);
    }
    if (versions.isEmpty()) {
      throw new IllegalStateException("there is no script in db/" + schema + " on the class path");
    }
    return versions.stream().distinct().sorted().toList();
  }

  private static List<Integer> applied(DataSource database, String schema) {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT version::int FROM \""
                    + schema
                    + "\".flyway_schema_history WHERE success AND version IS NOT NULL ORDER BY 1")) {
      var versions = new ArrayList<Integer>();
      while (rows.next()) {
        versions.add(rows.getInt(1));
      }
      return List.copyOf(versions);
    } catch (SQLException e) {
      if (NO_SUCH_TABLE.equals(e.getSQLState())) {
        return List.of();
      }
      if (NOT_ALLOWED.equals(e.getSQLState())) {
        throw UnfitSchemaException.unseen(schema);
      }
      throw new IllegalStateException(
          "PostgreSQL could not be asked how far the schema " + schema + " is", e);
    }
  }
}
