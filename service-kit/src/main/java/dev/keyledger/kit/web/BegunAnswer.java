package dev.keyledger.kit.web;

import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * An answer of which a part is out already: a refusal that came behind it would look like its end.
 */
public final class BegunAnswer {
  private static final Logger log = LoggerFactory.getLogger(BegunAnswer.class);

  private BegunAnswer() {}

  /**
   * To be called before an answer is replaced by what became of it.
   *
   * @throws E the same, where it has begun: then the server ends the connection, so that nobody
   *     takes the part for the whole
   */
  public static <E extends Exception> void refuse(HttpServletResponse response, E e) throws E {
    if (response.isCommitted()) {
      if (!DisconnectedClientHelper.isClientDisconnectedException(e)) {
        log.error("An answer could not be written to its end: {}", e.getClass().getName());
      }
      throw e;
    }
  }
}
