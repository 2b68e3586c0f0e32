package dev.keyledger.standalone;

import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.ExportVerifier;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.ProofVerifier;
import dev.keyledger.kit.log.SignedNote;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks an exported history offline, or has a running platform compare all that it has. */
@Command(
    name = "verify",
    description =
        "Checks an exported history offline, with public keys alone, and names the first event that"
            + " is missing, added, changed or out of order. Exit code 0: whole and as it was"
            + " signed; 1: not.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class Verify implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "EXPORT",
      arity = "0..*",
      description = "The exported file, or the parts of one, in their order.")
  private List<Path> exports = List.of();

  @Option(
      names = "--live",
      description =
          "In place of an export: has a running platform compare ledger, topic, views and logs as a"
              + " whole, and shows what was found. An operator's access token is taken from the"
              + " environment's KEYLEDGER_TOKEN.")
  private boolean live;

  @Option(
      names = "--url",
      description = "The platform's base URL, with --live (${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8080")
  private URI url;

  @Option(
      names = "--proof",
      paramLabel = "FILE",
      description =
          "In place of an export: checks one event by its proof, as GET …/log/proof gives it with"
              + " Accept: text/plain.")
  private @Nullable Path proof;

  @Option(
      names = "--event",
      paramLabel = "FILE",
      description =
          "With --proof: the event's record, or its line of an export, in place of the one that the"
              + " proof carries.")
  private @Nullable Path event;

  @Option(
      names = "--key",
      paramLabel = "VKEY",
      description =
          "The log's verifier key, as GET …/log/keys shows it, or a file with it: to be kept from"
              + " the first time on. Of several, one has to have signed.")
  private List<String> keys = List.of();

  @Option(
      names = "--unsigned",
      description = "Without a key: whether the export fits together, not whose word it is.")
  private boolean unsigned;

  @Option(
      names = "--platform-key",
      paramLabel = "VKEY",
      description =
          "The platform's log's verifier key, as GET /v1/log/keys shows it, or a file with it: that"
              + " log has to have the export's checkpoint, so that nobody was shown another"
              + " history.")
  private List<String> platformKeys = List.of();

  @Option(
      names = "--witness",
      paramLabel = "VKEY",
      description = "A witness that has to have signed, by its verifier key or a file with it.")
  private List<String> witnesses = List.of();

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description = "How many of the witnesses have to have signed; all of them by default.")
  private @Nullable Integer required;

  @Option(
      names = "--checkpoint",
      paramLabel = "SAVED",
      description = "A file with a checkpoint that was kept: the export has to go on from it.")
  private List<Path> saved = List.of();

  private Map<String, String> environment = System.getenv();
  private Duration look = Duration.ofSeconds(1);

  void useEnvironment(Map<String, String> other) {
    environment = other;
    look = Duration.ofMillis(1);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (Stream.of(live, proof != null, !exports.isEmpty()).filter(one -> one).count() != 1) {
      throw new Problem("Give an export, or --proof FILE, or say --live: one of them.");
    }
    if (live) {
      PrintWriter out = spec.commandLine().getOut();
      return new LiveCheck(url, PlatformToken.of(environment), look, out).run() ? 0 : 1;
    }
    if (keys.isEmpty() != unsigned) {
      throw new Problem(
          "Give the log's key by --key, or say --unsigned: without a key nobody's word is checked.");
    }
    int wanted = required == null ? witnesses.size() : required;
    if (wanted > witnesses.size() || wanted < 0) {
      throw new Problem("There are fewer witnesses than are wanted.");
    }
    var trust =
        new ExportTrust(
            new VerifierKeys(keys).get(),
            new VerifierKeys(platformKeys).get(),
            new VerifierKeys(witnesses).get(),
            wanted,
            checkpoints());
    return proof == null ? verifyExport(trust) : verifyEvent(proof, trust);
  }

  private int verifyExport(ExportTrust trust) throws IOException {
    if (event != null) {
      throw new Problem("--event is of a proof: give that by --proof.");
    }
    ExportReport report;
    try (InputStream in = open()) {
      report = new ExportVerifier(trust).verify(in);
    }
    if (!tells(report)) {
      return 1;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %d events, positions %d to %d, whole, unaltered and in order.%n",
        report.organization(), report.events(), report.from(), report.to() - 1);
    tellWhoseWordItIs(trust);
    if (!trust.platform().isEmpty()) {
      out.println("The platform's log has it.");
    }
    out.println("What is `opened` in it is the platform's word alone: no signature is over it.");
    return 0;
  }

  private int verifyEvent(Path file, ExportTrust trust) throws IOException {
    if (!saved.isEmpty() || !platformKeys.isEmpty()) {
      throw new Problem("--checkpoint and --platform-key are of a whole export.");
    }
    ExportReport report =
        new ProofVerifier(trust)
            .verify(
                Files.readString(readable(file)),
                event == null ? null : Files.readAllBytes(readable(event)));
    if (!tells(report)) {
      return 1;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: this is the event at position %d.%n", report.organization(), report.from());
    if (event == null) {
      out.println(InclusionProof.parse(Files.readString(file)).carriedText());
    }
    tellWhoseWordItIs(trust);
    return 0;
  }

  private boolean tells(ExportReport report) {
    PrintWriter out = spec.commandLine().getOut();
    report.faults().forEach(fault -> out.println(fault.kind() + ": " + fault.text()));
    return report.isGood();
  }

  private void tellWhoseWordItIs(ExportTrust trust) {
    String witnessed =
        trust.required() == 0
            ? "; no witness was asked for."
            : "; cosigned by witnesses: " + trust.required() + ".";
    spec.commandLine()
        .getOut()
        .println(
            unsigned
                ? "Whose word that is was NOT checked."
                : "Signed by the log's key" + witnessed);
  }

  private InputStream open() throws IOException {
    var parts = new ArrayList<InputStream>();
    for (Path export : exports) {
      parts.add(Files.newInputStream(readable(export)));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static Path readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new Problem(file + " can't be read.");
    }
    return file;
  }

  private List<Checkpoint> checkpoints() throws IOException {
    var checkpoints = new ArrayList<Checkpoint>();
    for (Path file : saved) {
      try {
        checkpoints.add(
            Checkpoint.parse(SignedNote.parse(Files.readString(readable(file))).text()));
      } catch (IllegalArgumentException e) {
        throw new Problem(file + " is no checkpoint: " + e.getMessage());
      }
    }
    return checkpoints;
  }
}
