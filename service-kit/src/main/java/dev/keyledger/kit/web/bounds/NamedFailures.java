package dev.keyledger.kit.web.bounds;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Connections that remember what was asked for when it can't be read: Jetty then makes a request of
 * its own up, and whose path it was decides how the refusal is put.
 */
final class NamedFailures extends HttpConnectionFactory {
  private static final String TARGET = NamedFailures.class.getName();

  NamedFailures(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new HttpConnection(getHttpConfiguration(), connector, endPoint) {
          @Override
          protected RequestHandler newRequestHandler() {
            return new RequestHandler() {
              private @Nullable String target;

              @Override
              public void startRequest(String method, String uri, HttpVersion version) {
                target = uri;
                super.startRequest(method, uri, version);
              }

              @Override
              public void badMessage(HttpException failure) {
                setAttribute(TARGET, target);
                super.badMessage(failure);
              }
            };
          }
        },
        connector,
        endPoint);
  }

  /** The path as it stands in the request line, as far as there is one. */
  static String pathOf(Request request) {
    Object unread = request.getConnectionMetaData().getAttribute(TARGET);
    String target =
        unread != null
            ? unread.toString()
            : request.getMethod().equals("CONNECT")
                ? request.getHttpURI().asString()
                : request.getHttpURI().getPath();
    return target == null ? "" : target.replaceFirst("\\?.*$", "");
  }
}
