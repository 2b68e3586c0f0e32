package dev.keyledger.query.projection.apply;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is done to each record by itself, in the order of the records: on all processors where they
 * are many, as in a rebuild, whose other threads wait for PostgreSQL now and then.
 */
public final class BulkStream {
  private static final int MANY = 500;

  private BulkStream() {}

  public static <T> Stream<T> of(List<T> records) {
    return records.size() < MANY ? records.stream() : records.parallelStream();
  }
}
