package dev.keyledger.query.projection.tables;

import dev.keyledger.query.versions.ViewVersion;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A view table that a batch loads and writes with one statement each: columns travel as arrays and
 * are unnested, so that the statement's text and plan are the same for one row and for thousands.
 */
final class Table<R> {
  /**
   * @param text the value as PostgreSQL's input text for {@code type}
   */
  record Column<R>(String name, String type, Function<R, @Nullable Object> text) {}

  interface RowReader<R> {
    R read(ResultSet row) throws SQLException;
  }

  private final List<Column<R>> columns;
  private final RowReader<R> reader;
  private final String upsert;
  private final String selectByOrganization;
  private final String selectByReference;

  /**
   * @param keys how many of the columns, from the first, are the primary key: 1 or 2
   */
  Table(String name, int keys, List<Column<R>> columns, RowReader<R> reader) {
    this.columns = List.copyOf(columns);
    this.reader = reader;
    List<String> names = columns.stream().map(Column::name).toList();
    String all = String.join(", ", names);
    this.upsert =
        "insert into "
            + name
            + "@ ("
            + all
            + ") select * from unnest("
            + columns.stream()
                .map(c -> "?::text[]::" + c.type() + "[]")
                .collect(Collectors.joining(", "))
            + ") on conflict ("
            + String.join(", ", names.subList(0, keys))
            + ") do update set "
            + names.subList(keys, names.size()).stream()
                .map(n -> n + " = excluded." + n)
                .collect(Collectors.joining(", "));
    this.selectByOrganization =
        "select " + all + " from " + name + "@ where organization = any (?::uuid[])";
    this.selectByReference =
        "select "
            + IntStream.range(0, names.size())
                .mapToObj(i -> "t." + names.get(i))
                .collect(Collectors.joining(", "))
            + " from unnest(?::uuid[], ?::uuid[]) as wanted (organization, id) join "
            + name
            + "@ t on t.organization = wanted.organization and t."
            + names.get(keys - 1)
            + " = wanted.id";
  }

  void upsert(Connection connection, ViewVersion version, Collection<R> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(version.sql(upsert))) {
      for (int i = 0; i < columns.size(); i++) {
        Function<R, @Nullable Object> text = columns.get(i).text();
        var values = new @Nullable String[rows.size()];
        int at = 0;
        for (R row : rows) {
          Object value = text.apply(row);
          values[at++] = value == null ? null : value.toString();
        }
        statement.setArray(i + 1, connection.createArrayOf("text", values));
      }
      statement.executeUpdate();
    }
  }

  List<R> load(Connection connection, ViewVersion version, Collection<UUID> organizations)
      throws SQLException {
    return select(connection, version.sql(selectByOrganization), List.of(organizations));
  }

  List<R> load(
      Connection connection,
      ViewVersion version,
      Collection<UUID> organizations,
      Collection<UUID> ids)
      throws SQLException {
    return select(connection, version.sql(selectByReference), List.of(organizations, ids));
  }

  private List<R> select(Connection connection, String sql, List<Collection<UUID>> arguments)
      throws SQLException {
    if (arguments.getFirst().isEmpty()) {
      return List.of();
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.size(); i++) {
        statement.setArray(i + 1, uuids(connection, arguments.get(i)));
      }
      var rows = new ArrayList<R>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
      return rows;
    }
  }

  static Array uuids(Connection connection, Collection<UUID> values) throws SQLException {
    return connection.createArrayOf("uuid", values.toArray());
  }
}
