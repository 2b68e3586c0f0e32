package dev.keyledger.delivery.collector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.delivery.sending.Answer;
import dev.keyledger.delivery.sending.Answer.Failure;
import dev.keyledger.delivery.sending.ReceiverClient;
import dev.keyledger.events.subscription.SyslogPlace;
import dev.keyledger.kit.net.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a receiver of syslog over TLS (RFC 5425): once, over a connection of its own, to no
 * other address than one that was checked, and by no proxy. The protocol acknowledges nothing; but
 * whoever is told that no more comes has to say so too, behind all that it read. So what was
 * written counts as taken once the receiver has closed its side in order.
 */
final class SyslogClient implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Of what a receiver writes, which is nothing by the protocol. */
  private static final int MOST_READ = 64 * 1024;

  private final Names names;
  private final SSLContext system;
  private final Duration within;
  private final Cache<String, SSLContext> trusting = Caffeine.newBuilder().maximumSize(200).build();
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("syslog-deadlines").factory());

  /**
   * @param names see {@link ReceiverClient#addressesOf}
   * @param system by what receivers are known that name no certificates
   * @param within all has to be over
   */
  SyslogClient(Names names, SSLContext system, Duration within) {
    this.names = names;
    this.system = system;
    this.within = within;
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** What names mean just now, as far as it may be connected to. */
  @FunctionalInterface
  interface Names {
    InetAddress[] lookUp(String host) throws UnknownHostException;
  }

  /** A connection, and whether its time is over. */
  private static final class Deadline implements Runnable {
    private volatile boolean isOver;
    private @Nullable Socket socket;

    synchronized void is(Socket one) throws IOException {
      socket = one;
      if (isOver) {
        one.close();
      }
    }

    @Override
    public synchronized void run() {
      isOver = true;
      close();
    }

    /** The TCP connection itself: TLS would wait for whoever it is to end. */
    synchronized void close() {
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException e) {
        // It is cut off, one way or the other.
      }
    }
  }

  /**
   * @param ca certificates as PEM; {@code null} for the system's
   */
  Answer send(SyslogPlace place, @Nullable String ca, byte[] frames) {
    var deadline = new Deadline();
    Future<?> due = deadlines.schedule(deadline, within.toMillis(), TimeUnit.MILLISECONDS);
    try {
      write(place, ca, frames, deadline);
      // As an event collector says it: there is no other answer by which it is known.
      return new Answer.Status(200, null);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return new Answer.None(deadline.isOver ? Failure.TIMEOUT : ReceiverClient.failureOf(e));
    } finally {
      due.cancel(false);
      deadline.close();
    }
  }

  private void write(SyslogPlace place, @Nullable String ca, byte[] frames, Deadline deadline)
      throws IOException, GeneralSecurityException {
    SSLContext context = ca == null ? system : trusting(ca);
    Socket tcp = connect(names.lookUp(place.host()), place.port(), deadline);
    String name = place.host().replaceAll("^\\[|\\]$", "");
    var tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, name, place.port(), false);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(PROTOCOLS);
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    OutputStream out = tls.getOutputStream();
    out.write(frames);
    out.flush();
    tls.shutdownOutput();
    awaitEnd(tls.getInputStream());
  }

  private static Socket connect(InetAddress[] addresses, int port, Deadline deadline)
      throws IOException {
    IOException failure = new IOException("no address");
    for (InetAddress address : addresses) {
      var tcp = new Socket(Proxy.NO_PROXY);
      deadline.is(tcp);
      try {
        tcp.connect(new InetSocketAddress(address, port), (int) CONNECT_WITHIN.toMillis());
        return tcp;
      } catch (IOException e) {
        tcp.close();
        failure = e;
      }
    }
    throw failure;
  }

  private static void awaitEnd(InputStream in) throws IOException {
    var buffer = new byte[4 * 1024];
    int total = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      total += read;
      if (total > MOST_READ) {
        throw new IOException("a receiver of syslog says nothing");
      }
    }
  }

  private SSLContext trusting(String ca) throws GeneralSecurityException {
    SSLContext known = trusting.getIfPresent(ca);
    if (known != null) {
      return known;
    }
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(
        null,
        TrustedCertificates.of(ca)
            .orElseThrow(() -> new GeneralSecurityException("no certificates"))
            .trust()
            .getTrustManagers(),
        null);
    trusting.put(ca, made);
    return made;
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
  }
}
