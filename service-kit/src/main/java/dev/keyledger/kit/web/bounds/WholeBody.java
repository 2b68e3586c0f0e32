package dev.keyledger.kit.web.bounds;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request whose body has come in. */
public final class WholeBody extends Request.Wrapper {
  private final byte[] bytes;
  private final int length;
  private boolean read;

  WholeBody(Request request, byte[] bytes, int length) {
    super(request);
    this.bytes = bytes;
    this.length = length;
  }

  /** A copy. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public Content.Chunk read() {
    if (read || length == 0) {
      return Content.Chunk.EOF;
    }
    read = true;
    return Content.Chunk.from(ByteBuffer.wrap(bytes, 0, length), true);
  }

  @Override
  public void demand(Runnable demandCallback) {
    getContext().execute(demandCallback);
  }

  @Override
  public boolean consumeAvailable() {
    read = true;
    return true;
  }
}
