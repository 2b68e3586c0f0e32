package dev.keyledger.standalone;

import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Witness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A witness over HTTP (C2SP {@code tlog-witness}). Who asks is known by what the log signed alone;
 * TLS is a proxy's in front of it.
 */
final class WitnessServer implements AutoCloseable {
  /** 63 hashes, and a note with as many signatures as one may have. */
  static final int LONGEST_BODY = 32 * 1024;

  private static final Duration BODY = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 256;
  private static final int THREADS = 64;

  private final Server server;
  private final ServerConnector connector;

  WitnessServer(Witness witness, String host, int port) {
    server = new Server(new QueuedThreadPool(THREADS));
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
    server.setHandler(new Cosigning(witness));
  }

  WitnessServer start() throws Exception {
    server.start();
    return this;
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }

  private static final class Cosigning extends Handler.Abstract {
    private final Witness witness;

    Cosigning(Witness witness) {
      this.witness = witness;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).equals(AddCheckpoint.PATH)) {
        answer(response, callback, HttpStatus.NOT_FOUND_404, "There is nothing here.\n");
      } else if (!request.getMethod().equals("POST")) {
        response.getHeaders().put(HttpHeader.ALLOW, "POST");
        answer(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "POST is due.\n");
      } else {
        cosign(request, response, callback);
      }
      return true;
    }

    private void cosign(Request request, Response response, Callback callback) {
      CompletableFuture<byte[]> body = Content.Source.asByteArrayAsync(request, LONGEST_BODY);
      try {
        // Where it isn't text, no signature fits.
        String text =
            new String(body.get(BODY.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
        Witness.Answer answer = witness.add(text);
        if (answer.size() != null) {
          response
              .getHeaders()
              .put(new HttpField(HttpHeader.CONTENT_TYPE, AddCheckpoint.SIZE_TYPE));
        }
        answer(response, callback, answer.status(), answer.text());
      } catch (TimeoutException e) {
        body.cancel(true);
        Response.writeError(request, response, callback, HttpStatus.REQUEST_TIMEOUT_408);
      } catch (ExecutionException | CancellationException e) {
        Response.writeError(request, response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        callback.failed(e);
      }
    }

    private static void answer(Response response, Callback callback, int status, String text) {
      response.setStatus(status);
      if (!response.getHeaders().contains(HttpHeader.CONTENT_TYPE)) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
      }
      Content.Sink.write(response, true, text, callback);
    }
  }
}
