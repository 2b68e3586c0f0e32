package dev.keyledger.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads one HTTP/1.1 answer out of a buffer as it arrives: enough of RFC 9112 for servers that we
 * know, with {@code Content-Length} or chunked.
 */
final class Answer {
  private static final byte[] END_OF_CHUNKS = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private int headerEnd = -1;
  private int end = -1;
  private boolean chunked;

  /**
   * @param buffer filled from 0 to its position
   * @return whether the whole answer is there
   */
  boolean isComplete(ByteBuffer buffer) {
    int filled = buffer.position();
    if (headerEnd < 0) {
      headerEnd = findHeaderEnd(buffer, filled);
      if (headerEnd < 0) {
        return false;
      }
      readHeaders(buffer);
    }
    return chunked ? endsWith(buffer, filled, END_OF_CHUNKS) : filled >= end;
  }

  int status(ByteBuffer buffer) {
    return (buffer.get(9) - '0') * 100 + (buffer.get(10) - '0') * 10 + (buffer.get(11) - '0');
  }

  String body(ByteBuffer buffer) {
    return new String(
        buffer.array(), headerEnd, buffer.position() - headerEnd, StandardCharsets.UTF_8);
  }

  void reset() {
    headerEnd = -1;
    end = -1;
    chunked = false;
  }

  private static int findHeaderEnd(ByteBuffer buffer, int filled) {
    byte[] bytes = buffer.array();
    for (int i = 3; i < filled; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private void readHeaders(ByteBuffer buffer) {
    byte[] bytes = buffer.array();
    int length = 0;
    int at = 0;
    while (at < headerEnd) {
      int colon = -1;
      int line = at;
      while (bytes[line] != '\n') {
        if (colon < 0 && bytes[line] == ':') {
          colon = line;
        }
        line++;
      }
      if (colon - at == 14 && isNamed(bytes, at, "content-length")) {
        length = number(bytes, colon + 1);
      } else if (colon - at == 17 && isNamed(bytes, at, "transfer-encoding")) {
        chunked = true;
      }
      at = line + 1;
    }
    end = headerEnd + length;
  }

  private static boolean isNamed(byte[] bytes, int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if ((bytes[at + i] | 0x20) != name.charAt(i) && bytes[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int from) {
    int number = 0;
    for (int i = from; bytes[i] != '\r'; i++) {
      if (bytes[i] != ' ') {
        number = number * 10 + bytes[i] - '0';
      }
    }
    return number;
  }

  private static boolean endsWith(ByteBuffer buffer, int filled, byte[] tail) {
    if (filled < tail.length) {
      return false;
    }
    for (int i = 0; i < tail.length; i++) {
      if (buffer.get(filled - tail.length + i) != tail[i]) {
        return false;
      }
    }
    return true;
  }
}
