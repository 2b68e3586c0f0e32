package dev.keyledger.standalone;

import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.Witness;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a witness of logs, on whosever machine. */
@Command(
    name = "witness",
    description =
        "Runs a witness (C2SP tlog-witness): it cosigns each checkpoint of the logs that it knows"
            + " if it goes on from the one before, and nothing else.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class WitnessCommand implements Callable<Integer> {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Spec private CommandSpec spec;

  @Option(
      names = "--log",
      paramLabel = "VKEY",
      required = true,
      description =
          "A log that it witnesses, by its verifier key as GET …/log/keys shows it, or a file with"
              + " one on each line, which may change while it runs.")
  private List<String> logs;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the witness, say witness.example/one: due when its folder is new.")
  private @Nullable String name;

  @Option(
      names = "--folder",
      defaultValue = "witness",
      description =
          "Where its key is and what it cosigned last (${DEFAULT-VALUE}). Who loses it may be shown"
              + " another history.")
  private Path folder;

  @Option(
      names = "--follow",
      paramLabel = "URL",
      description =
          "The base URL of the platform whose organisations' logs it witnesses by their own policy:"
              + " it fetches what is due and brings what it signed. It acts by the API key in the"
              + " environment's KEYLEDGER_KEY, or the access token in KEYLEDGER_TOKEN; audit.read"
              + " is enough.")
  private @Nullable URI follow;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "${DEFAULT-VALUE} by default.")
  private String host;

  @Option(names = "--port", defaultValue = "8090", description = "${DEFAULT-VALUE} by default.")
  private int port;

  @Override
  public Integer call() throws Exception {
    VerifierKeys known = new VerifierKeys(logs);
    try (WitnessFolder memory = WitnessFolder.open(folder)) {
      NoteSigner key = memory.key(name);
      var witness = new Witness(key, known, memory, Clock.systemUTC());
      try (WitnessServer server = start(witness)) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("witness:  http://" + host + ":" + server.port());
        out.println("its key:  " + key.verifier().vkey());
        known.get().stream()
            .map(NoteVerifier::name)
            .distinct()
            .forEach(log -> out.println("log:      " + log));
        out.flush();
        if (follow == null) {
          new CountDownLatch(1).await();
        } else {
          follow(follow, witness, memory, key.verifier(), known);
        }
      }
    }
    return 0;
  }

  private void follow(
      URI url, Witness witness, WitnessFolder memory, NoteVerifier key, VerifierKeys known)
      throws InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      var follower =
          new WitnessFollower(
              http,
              url,
              PlatformToken.header(System.getenv()),
              known,
              witness,
              memory,
              key,
              spec.commandLine().getOut());
      while (true) {
        follower.round();
        Thread.sleep(LOOK);
      }
    }
  }

  private WitnessServer start(Witness witness) throws Exception {
    var server = new WitnessServer(witness, host, port);
    try {
      return server.start();
    } catch (IOException e) {
      server.close();
      throw new Problem(host + ":" + port + " can't be listened at: is something else there?", e);
    }
  }
}
