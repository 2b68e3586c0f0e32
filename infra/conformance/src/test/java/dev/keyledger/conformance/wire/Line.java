package dev.keyledger.conformance.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection that is kept alive, and opened anew after a server has closed it. */
public final class Line implements AutoCloseable {
  private final URI base;
  private final Duration patience;
  private @Nullable Wire wire;

  /**
   * @param patience for each byte of an answer
   */
  public Line(URI base, Duration patience) {
    this.base = base;
    this.patience = patience;
  }

  public Answered send(Request request) throws IOException {
    return send(request.method(), request.bytes(base.getAuthority()), false);
  }

  /**
   * @param inPieces a packet for every few bytes
   * @throws EOFException if a new connection was closed instead of answered
   */
  public Answered send(String method, byte[] bytes, boolean inPieces) throws IOException {
    Wire kept = wire;
    if (kept != null) {
      try {
        return exchange(kept, method, bytes, inPieces);
      } catch (EOFException | SocketException closedMeanwhile) {
        close();
      }
    }
    kept = Wire.to(base, Wire.LOOPBACK, patience);
    wire = kept;
    return exchange(kept, method, bytes, inPieces);
  }

  private Answered exchange(Wire over, String method, byte[] bytes, boolean inPieces)
      throws IOException {
    @Nullable SocketException hungUp = null;
    try {
      if (inPieces) {
        over.writeInPieces(bytes);
      } else {
        over.write(bytes);
      }
    } catch (SocketException e) {
      // A server that refuses half a request may have said so before.
      hungUp = e;
    }
    Answered answer;
    try {
      answer = over.read(method).orElseThrow(EOFException::new);
    } catch (EOFException | SocketException e) {
      throw hungUp == null ? e : hungUp;
    }
    if (answer.header("Connection").equalsIgnoreCase("close")) {
      close();
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    if (wire != null) {
      wire.close();
      wire = null;
    }
  }
}
