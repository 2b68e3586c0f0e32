package dev.keyledger.conformance.stock;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real nginx with {@code stock/nginx.conf}, as whatever user runs the tests. */
final class Nginx implements AutoCloseable {
  /** In the foreground and without workers, so that it is one process with its parent's rights. */
  private static final String ONE_PROCESS = "daemon off; master_process off; pid nginx.pid;";

  private final ChildProcess process;
  private final URI base;

  private Nginx(ChildProcess process, URI base) {
    this.process = process;
    this.base = base;
  }

  /**
   * @param address of this machine, from which it calls Keyledger
   */
  static Nginx start(Path folder, URI keyledger, URI protectedService, String address) {
    int port = Ports.free();
    String listen = "127.0.0.1:" + port;
    try {
      Files.writeString(
          folder.resolve("nginx.conf"),
          Files.readString(Script.FOLDER.resolve("nginx.conf"))
              .replace("${keyledger}", keyledger.getAuthority())
              .replace("${protected}", protectedService.getAuthority())
              .replace("${listen}", listen)
              .replace("${address}", address));
    } catch (IOException e) {
      throw new UncheckedIOException("nginx's settings", e);
    }
    ChildProcess process =
        ChildProcess.start(
            "nginx",
            List.of(
                Tool.NGINX.require().toString(),
                "-p",
                folder.toString(),
                "-c",
                "nginx.conf",
                "-e",
                "stderr",
                "-g",
                ONE_PROCESS),
            Map.of(),
            "TERM",
            folder.resolve("nginx.log"));
    var nginx = new Nginx(process, URI.create("http://" + listen));
    Awaitility.await("nginx, whose log is " + process.log())
        .until(() -> isListening(port) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("nginx did not start: see " + process.log());
    }
    return nginx;
  }

  private static boolean isListening(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  URI base() {
    return base;
  }

  @Override
  public void close() {
    process.close();
  }
}
