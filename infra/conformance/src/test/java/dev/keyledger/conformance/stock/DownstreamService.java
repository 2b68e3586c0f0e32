package dev.keyledger.conformance.stock;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Api;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/**
 * A service of another language with the lines of {@code docs/downstream.md}, as they stand there.
 */
final class DownstreamService implements AutoCloseable {
  static final Path TYPESCRIPT = Path.of("../../client/typescript").toAbsolutePath().normalize();

  private static final Path PAGE = Path.of("../docs/downstream.md");

  /** What a service of Go has around the page's lines. */
  private static final String AROUND =
      """
      package main

      import (
      	"net"
      	"net/http"
      	"os"
      	"time"
      )

      var keyledger = os.Getenv("KEYLEDGER_URL")
      var asking = &http.Client{Timeout: 2 * time.Second}

      %s
      func main() {
      	clients := func(w http.ResponseWriter, r *http.Request) {
      		w.Write([]byte("clients of " + r.Header.Get("X-Auth-Organization")))
      	}
      	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), protected("clients.read", http.HandlerFunc(clients))))
      }
      """;

  private final ChildProcess process;
  private final Api api;

  private DownstreamService(ChildProcess process, int port) {
    this.process = process;
    this.api = Api.at(URI.create("http://127.0.0.1:" + port));
  }

  /**
   * @param folder for its files
   * @param apiKey of the service's own
   */
  static DownstreamService ofNode(Path folder, String apiKey) throws IOException {
    Path scope = Files.createDirectories(folder.resolve("node_modules/@keyledger"));
    Files.createSymbolicLink(scope.resolve("client"), TYPESCRIPT);
    Path script = Files.writeString(folder.resolve("service.mjs"), lines("Node", "js"));
    return start(
        folder,
        List.of(Tool.NODE.require().toString(), script.toString()),
        Map.of("KEYLEDGER_API_KEY", apiKey));
  }

  /**
   * @param folder for its files
   */
  static DownstreamService ofGo(Path folder) throws IOException {
    Path source = Files.writeString(folder.resolve("main.go"), AROUND.formatted(lines("Go", "go")));
    return start(
        folder,
        List.of(Tool.GO.require().toString(), "run", source.toString()),
        Map.of(
            "GO111MODULE",
            "off",
            "CGO_ENABLED",
            "0",
            "GOCACHE",
            folder.resolve("cache").toString()));
  }

  /** The block of code below a heading of the page. */
  static String lines(String heading, String language) throws IOException {
    String page = Files.readString(PAGE);
    int section = page.indexOf("\n## " + heading + "\n");
    String fence = "```" + language + "\n";
    int begin = page.indexOf(fence, section) + fence.length();
    return page.substring(begin, page.indexOf("```", begin));
  }

  private static DownstreamService start(
      Path folder, List<String> command, Map<String, String> more) {
    int port = Ports.free();
    var environment = new TreeMap<>(more);
    environment.put("PORT", Integer.toString(port));
    environment.put("KEYLEDGER_URL", StockCluster.issuer());
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", folder.toString());
    ChildProcess process =
        ChildProcess.start(
            "downstream", command, environment, "TERM", folder.resolve("downstream.log"));
    Awaitility.await("the service, whose log is " + process.log())
        .atMost(Duration.ofSeconds(120))
        .until(() -> isListening(port) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("the service did not start: see " + process.log());
    }
    return new DownstreamService(process, port);
  }

  private static boolean isListening(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  Api api() {
    return api;
  }

  @Override
  public void close() {
    process.close();
  }
}
