package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.web.MediaTypes;
import dev.keyledger.kit.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** An endpoint that takes a form and refuses as OAuth does. */
abstract class OauthServlet extends HotServlet {
  OauthServlet(Refusing refusing) {
    super(refusing);
  }

  /** RFC 6749, section 3.2, and those after it: what a client adds is retained and ignored. */
  @Override
  final QueryParameters parameters() {
    return QueryParameters.ANY;
  }

  abstract void answer(HttpServletRequest request, Form form, HttpServletResponse response)
      throws IOException;

  @Override
  final void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try {
      answer(request, Form.of(body(request, MediaTypes.FORM)), response);
    } catch (OauthError e) {
      if (e.reason() != null) {
        tell(request, response, e.reason());
      }
      e.send(response);
    }
  }
}
