package dev.keyledger.kit.log;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of an export, one after the other: of none more than the longest is held. */
final class ExportLines {
  private static final int LONGEST = 4 << 20;

  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;

  ExportLines(InputStream in) {
    this.in = in;
  }

  /**
   * @return {@code null} behind the last
   * @throws IllegalArgumentException for one that is too long, or has no end
   */
  byte @Nullable [] next() throws IOException {
    for (int at = from; ; at++) {
      if (at == to) {
        int read = at - from;
        if (!fill()) {
          if (read > 0) {
            throw new IllegalArgumentException("a line without an end");
          }
          return null;
        }
        at = from + read;
      }
      if (buffer[at] == '\n') {
        byte[] line = Arrays.copyOfRange(buffer, from, at);
        from = at + 1;
        return line;
      }
    }
  }

  // Moves what has been read of the line to the front, and reads on.
  private boolean fill() throws IOException {
    int begun = to - from;
    if (begun > LONGEST) {
      throw new IllegalArgumentException("too long a line");
    }
    byte[] target = begun * 2 > buffer.length ? new byte[buffer.length * 2] : buffer;
    System.arraycopy(buffer, from, target, 0, begun);
    buffer = target;
    from = 0;
    to = begun;
    int read = in.read(buffer, to, buffer.length - to);
    to += Math.max(read, 0);
    return read > 0;
  }
}
