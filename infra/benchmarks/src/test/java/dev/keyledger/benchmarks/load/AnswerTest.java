package dev.keyledger.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private final ByteBuffer buffer = ByteBuffer.allocate(1024);
  private final Answer answer = new Answer();

  @Test
  void anAnswerWithALengthIsCompleteWithItsLastByte() {
    assertThat(arrives("HTTP/1.1 201 \r\nX-A: b\r\ncontent-LENGTH: 5\r\n\r\nhel")).isFalse();
    assertThat(arrives("lo")).isTrue();

    assertThat(answer.status(buffer)).isEqualTo(201);
    assertThat(answer.body(buffer)).isEqualTo("hello");
  }

  @Test
  void aHeaderMayArriveInPieces() {
    assertThat(arrives("HTTP/1.1 204 No Content\r\nX-A")).isFalse();
    assertThat(arrives(": b\r\n\r")).isFalse();
    assertThat(arrives("\n")).isTrue();
  }

  @Test
  void aChunkedAnswerIsCompleteWithItsEmptyChunk() {
    assertThat(arrives("HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\n"))
        .isFalse();
    assertThat(arrives("0\r\n\r\n")).isTrue();
  }

  private boolean arrives(String text) {
    buffer.put(text.getBytes(StandardCharsets.US_ASCII));
    return answer.isComplete(buffer);
  }
}
