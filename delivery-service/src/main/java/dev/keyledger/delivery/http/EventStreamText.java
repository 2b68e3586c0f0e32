package dev.keyledger.delivery.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes a stream of events (HTML, section 9.2). */
final class EventStreamText {
  private final OutputStream out;

  EventStreamText(OutputStream out) {
    this.out = out;
  }

  /** After how long a client comes back that lost the connection. */
  void retry(Duration after) throws IOException {
    write("retry: " + after.toMillis() + "\n\n");
  }

  /**
   * @param id by which a client goes on behind it; {@code null} where it goes on before it
   * @param data of one line
   */
  void event(String name, @Nullable String id, String data) throws IOException {
    write((id == null ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + data + "\n\n");
  }

  void flush() throws IOException {
    out.flush();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
