package dev.keyledger.kit.web.bounds;

import java.util.concurrent.Executor;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * What may block gets a thread of its own. There is no pool that clients could exhaust, but they
 * share how many there are.
 */
final class VirtualThreadHandler extends Handler.Wrapper {
  private final Executor threads;
  private final FairTurns turns;
  private final BoundsHandler bounds;

  VirtualThreadHandler(Executor threads, FairTurns turns, BoundsHandler bounds) {
    this.threads = threads;
    this.turns = turns;
    this.bounds = bounds;
  }

  @Override
  public Invocable.InvocationType getInvocationType() {
    return Invocable.InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    turns.take(
        bounds.networkOf(request),
        BoundsHandler.credentialOf(request),
        new FairTurns.Visitor() {
          @Override
          public void onTurn(FairTurns.Turn turn) {
            request.setAttribute(LastingAnswer.TURN, (Runnable) turn::end);
            threads.execute(() -> handleNow(request, response, Callback.from(callback, turn::end)));
          }

          @Override
          public void onRefusal() {
            bounds.refuse(request, response, callback, BodyReader.BUSY);
          }
        });
    return true;
  }

  private void handleNow(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) {
      Response.writeError(request, response, callback, e);
    }
  }
}
