package dev.keyledger.kit.web.bounds;

import java.util.concurrent.locks.ReentrantLock;
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

/** Jetty's connections for HTTP/1.1, with what our bounds need of them. */
final class ClientConnections extends HttpConnectionFactory {
  private static final String TARGET = ClientConnections.class.getName() + ".target";
  private static final String METHOD = ClientConnections.class.getName() + ".method";

  ClientConnections(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new ClientConnection(getHttpConfiguration(), connector, endPoint), connector, endPoint);
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

  /**
   * Whether the answer may have no content (RFC 9110, section 9.3.2): its client would take it for
   * the next answer.
   */
  static boolean isHead(Request request) {
    Object unread = request.getConnectionMetaData().getAttribute(METHOD);
    return "HEAD".equals(unread != null ? unread : request.getMethod());
  }

  /**
   * One that remembers what was asked for when it can't be read (Jetty then makes a request of its
   * own up, and whose path it was decides how the refusal is put), and that one thread at a time
   * fills.
   *
   * <p>Jetty hands the refusal of what it can't read to another thread, while the one that found it
   * is still at the connection's buffer. Once that is answered a third may read what comes next:
   * without a lock it read into a buffer that the first was giving back to the pool, and that
   * another client's connection had taken by then. Who reads a body is not to take this lock: that
   * is done under locks of Jetty's own, which are taken under this one.
   */
  private static final class ClientConnection extends HttpConnection {
    private final ReentrantLock filling = new ReentrantLock();

    ClientConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
      super(configuration, connector, endPoint);
    }

    @Override
    public void onFillable() {
      filling.lock();
      try {
        super.onFillable();
      } finally {
        filling.unlock();
      }
    }

    @Override
    protected RequestHandler newRequestHandler() {
      return new RequestHandler() {
        private @Nullable String method;
        private @Nullable String target;

        @Override
        public void startRequest(String asked, String uri, HttpVersion version) {
          method = asked;
          target = uri;
          super.startRequest(asked, uri, version);
        }

        // What comes next may be so that it is never begun, and is not to be taken for this one.
        @Override
        public boolean messageComplete() {
          method = null;
          target = null;
          return super.messageComplete();
        }

        @Override
        public void badMessage(HttpException failure) {
          setAttribute(METHOD, method);
          setAttribute(TARGET, target);
          super.badMessage(failure);
        }
      };
    }
  }
}
