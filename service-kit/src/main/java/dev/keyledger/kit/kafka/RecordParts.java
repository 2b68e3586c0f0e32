package dev.keyledger.kit.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a record as one run of bytes, for a digest or an authentication code: each with its
 * length before it, so that no byte can pass from one part to the next.
 */
final class RecordParts {
  private static final int USUAL = 2_048;

  /** What is kept from one record to the next; of a larger one no room stays behind. */
  private static final int KEPT = 64 * 1_024;

  /** As a digest and an authentication code have it. */
  @FunctionalInterface
  interface Sink {
    void update(byte[] bytes, int from, int count);
  }

  private ByteBuffer parts = ByteBuffer.allocate(USUAL);

  /** Begins another record, in the room of the one before. */
  RecordParts begin() {
    if (parts.capacity() > KEPT) {
      parts = ByteBuffer.allocate(USUAL);
    }
    parts.clear();
    return this;
  }

  /** All of them at once: a sink is dear to call, and a record has a dozen parts. */
  void into(Sink sink) {
    sink.update(parts.array(), 0, parts.position());
  }

  RecordParts text(@Nullable String part) {
    return bytes(part == null ? null : part.getBytes(StandardCharsets.UTF_8));
  }

  RecordParts number(int part) {
    room(Integer.BYTES).putInt(part);
    return this;
  }

  /** All but those of that name, in their order. */
  RecordParts headers(Iterable<Header> headers, String but) {
    for (Header header : headers) {
      if (!header.key().equals(but)) {
        text(header.key());
        bytes(header.value());
      }
    }
    return this;
  }

  RecordParts bytes(byte @Nullable [] part) {
    number(part == null ? -1 : part.length);
    if (part != null) {
      room(part.length).put(part);
    }
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (parts.remaining() < bytes) {
      int capacity = Math.max(parts.capacity() * 2, Math.addExact(parts.position(), bytes));
      parts = ByteBuffer.wrap(Arrays.copyOf(parts.array(), capacity)).position(parts.position());
    }
    return parts;
  }
}
