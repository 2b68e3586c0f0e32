package dev.keyledger.kit.web.bounds;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a body that was refused before it had come in. Once the answer is out nothing more is
 * sent, and what comes is thrown away: a connection that is closed while bytes come in takes the
 * answer away from the client (RFC 9112, section 9.6).
 */
final class Leftover implements Invocable.Task {
  /** What a client that was told no may still have had under way, in bytes. */
  private static final int MOST = 1 << 20;

  private final Request request;
  private final Callback done;
  private long thrownAway;
  private Scheduler.@Nullable Task deadline;

  private Leftover(Request request, Callback done) {
    this.request = request;
    this.done = done;
  }

  /**
   * @param within how long the rest is waited for
   * @return for an answer that said that the connection closes
   */
  static Callback thenComplete(Request request, Duration within, Callback done) {
    // Who waits to be asked for the body has nothing under way.
    return request.getHeaders().contains(HttpHeader.EXPECT)
        ? done
        : Callback.from(() -> new Leftover(request, done).readOn(within), done::failed);
  }

  private void readOn(Duration within) {
    request.getConnectionMetaData().getConnection().getEndPoint().shutdownOutput();
    deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(
                () -> request.fail(new TimeoutException("leftover")),
                within.toNanos(),
                TimeUnit.NANOSECONDS);
    run();
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      boolean last = chunk.isLast() || Content.Chunk.isFailure(chunk);
      thrownAway += chunk.remaining();
      chunk.release();
      if (last || thrownAway > MOST) {
        if (deadline != null) {
          deadline.cancel();
        }
        done.succeeded();
        return;
      }
    }
  }
}
