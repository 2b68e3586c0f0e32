package dev.keyledger.standalone;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes an organisation's history into a file, and goes on with one that broke off. */
@Command(
    name = "export",
    description =
        "Writes an organisation's whole history into a file, for verify and for others. A file that"
            + " is there already is gone on with. The access token of somebody who may read the"
            + " history is taken from the environment's KEYLEDGER_TOKEN.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class Export implements Callable<Integer> {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int BUFFER = 1 << 16;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ORGANIZATION", description = "Its id or slug.")
  private String organization;

  @Parameters(paramLabel = "FILE", description = "Where to.")
  private Path file;

  @Option(
      names = "--url",
      description = "The platform's base URL (${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8080")
  private URI url;

  @Option(
      names = "--format",
      description =
          "What verify checks, or without proofs a table or events of OCSF:"
              + " ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).",
      defaultValue = "NDJSON")
  private ExportFile.Format format;

  @Option(
      names = "--source",
      description =
          "Of OCSF, what of: the ledger, or what happened beside it, as sign-ins:"
              + " ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).",
      defaultValue = "LEDGER")
  private ExportFile.Source source;

  private Map<String, String> environment = System.getenv();

  void useEnvironment(Map<String, String> other) {
    environment = other;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String token = PlatformToken.of(environment);
    var kept = new ExportFile(file, format, source);
    long from = kept.nextPosition();
    HttpRequest request =
        HttpRequest.newBuilder(
                url.resolve("/v1/organizations/" + organization + "/events?" + query(from)))
            .header("Authorization", "Bearer " + token)
            .header("Accept", format.mediaType)
            .build();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new Problem(
              "The platform answered "
                  + answer.statusCode()
                  + ": "
                  + new String(body.readNBytes(2_000), StandardCharsets.UTF_8));
        }
        append(body);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(file + ": events from position " + from + " to " + (kept.nextPosition() - 1) + ".");
    return 0;
  }

  private String query(long from) {
    return (source == ExportFile.Source.LEDGER ? "" : "source=" + source.word() + "&")
        + "from_position="
        + from;
  }

  private void append(InputStream body) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            BUFFER)) {
      body.transferTo(out);
    } catch (IOException e) {
      throw new Problem("The export broke off; the same command goes on with " + file + ".", e);
    }
  }
}
