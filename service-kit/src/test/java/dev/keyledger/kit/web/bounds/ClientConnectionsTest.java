package dev.keyledger.kit.web.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever is at the bytes that came in stays there for a while, and nobody else may turn up. */
@Timeout(60)
class ClientConnectionsTest {
  private static final Duration WINDOW = Duration.ofMillis(300);

  private static final int READ_AT_ONCE = 4_000;

  private final WatchedPool pool = new WatchedPool();
  private final Server server = new Server(new Threads());
  private ServerConnector connector;

  @BeforeEach
  void start() throws Exception {
    var connections = new ClientConnections(new HttpConfiguration());
    connections.setInputBufferSize(READ_AT_ONCE);
    connector = new ServerConnector(server, null, null, pool, 1, 1, connections);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            new BodyReader(
                    request,
                    Network.of("127.0.0.1"),
                    new FairShare<>(1_000_000),
                    65_536,
                    body -> callback.succeeded(),
                    problem -> {
                      response.setStatus(problem.status());
                      response.write(true, ByteBuffer.allocate(0), callback);
                    })
                .read(Duration.ofSeconds(30));
            return true;
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a b c HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n|zz\r\n",
      })
  void oneThreadAtATimeIsAtWhatCameIn(String unreadable) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      for (String part : unreadable.split("\\|", -1)) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
      }
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      socket.getOutputStream().write("what comes next".getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }
    assertThat(pool.reader).isNotNull();
    assertThat(pool.intrusions).isEmpty();
  }

  /** Who has just read and has something done by another thread stays for a while. */
  private final class Threads extends QueuedThreadPool {
    @Override
    public boolean tryExecute(Runnable task) {
      execute(task);
      return true;
    }

    @Override
    public void execute(Runnable task) {
      super.execute(task);
      pool.stay();
    }
  }

  /** Of the buffers that requests are read into. */
  private static final class WatchedPool extends ByteBufferPool.Wrapper {
    final List<String> intrusions = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Thread> staying = new AtomicReference<>();
    private final CountDownLatch intruded = new CountDownLatch(1);
    private volatile @Nullable Thread reader;

    WatchedPool() {
      super(new ArrayByteBufferPool());
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
      RetainableByteBuffer.Mutable buffer = super.acquire(size, direct);
      return size == READ_AT_ONCE ? new Watched(buffer) : buffer;
    }

    private void look() {
      Thread current = Thread.currentThread();
      Thread other = staying.get();
      if (other != null && other != current) {
        intrusions.add(current + " while " + other + " was there");
        intruded.countDown();
      }
      reader = current;
    }

    void stay() {
      if (reader == Thread.currentThread() && staying.compareAndSet(null, Thread.currentThread())) {
        try {
          intruded.await(WINDOW.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } finally {
          staying.set(null);
        }
      }
    }

    private final class Watched extends RetainableByteBuffer.Wrapper
        implements RetainableByteBuffer.Mutable {
      Watched(RetainableByteBuffer buffer) {
        super(buffer);
      }

      @Override
      public ByteBuffer getByteBuffer() {
        look();
        return super.getByteBuffer();
      }

      @Override
      public boolean hasRemaining() {
        look();
        return super.hasRemaining();
      }
    }
  }
}
