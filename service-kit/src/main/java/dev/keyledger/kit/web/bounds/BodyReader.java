package dev.keyledger.kit.web.bounds;

import dev.keyledger.kit.web.Problem;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** Reads one body as it comes, with no thread waiting for it, within a time and a share. */
final class BodyReader implements Invocable.Task {
  static final Problem BUSY =
      Problem.of(503, "busy", "The server has too much to do for this network just now.")
          .withHeader("Retry-After", "1")
          .withHeader("Connection", "close");

  static final Problem TOO_LARGE =
      Problem.of(413, "body_too_large", "The body is larger than this server reads.")
          .withHeader("Connection", "close");

  private static final Problem LATE =
      Problem.of(408, "request_timeout", "The body did not come in time.")
          .withHeader("Connection", "close");
  private static final Problem TORN =
      Problem.of(400, "bad_request", "The body cannot be read.").withHeader("Connection", "close");

  /** What a client has to send before its share is asked for more. */
  private static final int FIRST = 1024;

  private final Request request;
  private final Network network;
  private final FairShare<Network> share;
  private final int largest;
  private final Consumer<WholeBody> whole;
  private final Consumer<Problem> refused;
  private byte[] bytes = new byte[0];
  private int length;
  private boolean waits;
  private Scheduler.@Nullable Task deadline;

  /**
   * @param largest in bytes
   * @param whole told of the body; what it takes of the share is given back by {@link #giveBack}
   */
  BodyReader(
      Request request,
      Network network,
      FairShare<Network> share,
      int largest,
      Consumer<WholeBody> whole,
      Consumer<Problem> refused) {
    this.request = request;
    this.network = network;
    this.share = share;
    this.largest = largest;
    this.whole = whole;
    this.refused = refused;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  void read(Duration within) {
    read(false);
    if (deadline == null && waits) {
      deadline =
          request
              .getComponents()
              .getScheduler()
              .schedule(
                  () -> request.fail(new TimeoutException("body")),
                  within.toNanos(),
                  TimeUnit.NANOSECONDS);
      request.demand(this);
    }
  }

  @Override
  public void run() {
    read(true);
  }

  private void read(boolean again) {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        waits = true;
        if (again) {
          request.demand(this);
        }
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        end(problemOf(chunk.getFailure()));
        return;
      }
      boolean last = chunk.isLast();
      boolean held = add(chunk.getByteBuffer());
      chunk.release();
      if (!held) {
        end(BUSY);
        return;
      }
      if (length > largest) {
        end(TOO_LARGE);
        return;
      }
      if (last) {
        cancelDeadline();
        whole.accept(new WholeBody(request, bytes, length));
        return;
      }
    }
  }

  private boolean add(ByteBuffer more) {
    int added = Math.min(more.remaining(), largest + 1 - length);
    if (length + added > bytes.length) {
      long said = request.getLength();
      int wanted = said < 0 ? Math.max(FIRST, 2 * (length + added)) : length + added;
      if (said > 0 && length > 0) {
        wanted = Math.max(wanted, (int) Math.min(said, 2L * bytes.length));
      }
      int size = Math.max(length + added, Math.min(wanted, largest + 1));
      if (!share.tryTake(network, size - bytes.length)) {
        return false;
      }
      bytes = Arrays.copyOf(bytes, size);
    }
    more.get(bytes, length, added);
    length += added;
    return true;
  }

  private static Problem problemOf(Throwable failure) {
    return switch (failure) {
      case TimeoutException late -> LATE;
      default -> TORN;
    };
  }

  private void end(Problem problem) {
    cancelDeadline();
    giveBack();
    refused.accept(problem);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
    }
  }

  void giveBack() {
    share.giveBack(network, bytes.length);
    bytes = new byte[0];
  }
}
