package dev.keyledger.benchmarks.seed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows without end into a table, in PostgreSQL's binary COPY format: what makes them and what
 * writes them work beside one another.
 */
final class CopyStream implements AutoCloseable {
  private static final byte[] HEAD = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final byte[] END = {};
  private static final int CHUNK = 4 << 20;
  private static final int LONGEST_ROW = 64 << 10;
  private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;

  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(2);
  private final CompletableFuture<Void> written;
  private ByteBuffer buffer = ByteBuffer.allocate(CHUNK).put(HEAD);

  /**
   * @param into {@code copy table (columns) from stdin (format binary)}
   */
  CopyStream(Connection connection, String into) {
    written = CompletableFuture.runAsync(() -> write(connection, into));
  }

  private void write(Connection connection, String into) {
    try {
      CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(into);
      for (byte[] chunk = chunks.take(); chunk != END; chunk = chunks.take()) {
        copy.writeToCopy(chunk, 0, chunk.length);
      }
      copy.endCopy();
    } catch (SQLException e) {
      throw new IllegalStateException("rows could not be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were written", e);
    }
  }

  CopyStream row(int columns) {
    if (buffer.remaining() < LONGEST_ROW) {
      handOver();
    }
    buffer.putShort((short) columns);
    return this;
  }

  CopyStream uuid(@Nullable UUID value) {
    if (value == null) {
      return absent();
    }
    buffer
        .putInt(16)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits());
    return this;
  }

  CopyStream bigint(long value) {
    buffer.putInt(8).putLong(value);
    return this;
  }

  CopyStream timestamp(Instant value) {
    return bigint(
        (value.getEpochSecond() - POSTGRES_EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
  }

  CopyStream text(@Nullable String value) {
    return value == null ? absent() : bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  CopyStream bool(boolean value) {
    buffer.putInt(1).put((byte) (value ? 1 : 0));
    return this;
  }

  CopyStream bytes(byte[] value) {
    buffer.putInt(value.length).put(value);
    return this;
  }

  private CopyStream absent() {
    buffer.putInt(-1);
    return this;
  }

  private void handOver() {
    put(Arrays.copyOf(buffer.array(), buffer.position()));
    buffer.clear();
  }

  private void put(byte[] chunk) {
    try {
      while (!chunks.offer(chunk, 1, TimeUnit.SECONDS)) {
        if (written.isDone()) {
          written.join();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were made", e);
    }
  }

  /** Waits until all is written. */
  @Override
  public void close() {
    buffer.putShort((short) -1);
    handOver();
    put(END);
    written.join();
  }
}
