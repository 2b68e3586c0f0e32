package dev.keyledger.kit.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a record as one run of bytes, for a digest or an authentication code: each with its
 * length before it, so that no byte can pass from one part to the next.
 */
final class RecordParts {
  private final Consumer<byte[]> into;

  RecordParts(Consumer<byte[]> into) {
    this.into = into;
  }

  RecordParts text(@Nullable String part) {
    return bytes(part == null ? null : part.getBytes(StandardCharsets.UTF_8));
  }

  RecordParts number(int part) {
    into.accept(ByteBuffer.allocate(4).putInt(part).array());
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
      into.accept(part);
    }
    return this;
  }
}
