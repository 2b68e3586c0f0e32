package dev.keyledger.kit.web.bounds;

import org.eclipse.jetty.server.Handler;

/** Answers some requests on the server's own threads, without blocking. */
public interface AsyncHandler {
  /**
   * @param rest takes what isn't answered here
   * @param bounds which the request has passed
   */
  Handler inFrontOf(Handler rest, BoundsHandler bounds);
}
