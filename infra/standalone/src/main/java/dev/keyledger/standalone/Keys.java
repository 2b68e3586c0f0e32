package dev.keyledger.standalone;

import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Server keys of a running platform: who is current, and who comes next. */
@Command(
    name = "keys",
    description = "Shows and rotates server keys; running services take them up by themselves.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class Keys {
  private static final Duration LEAD = Duration.ofSeconds(5);

  /** Twice as long as the key set may be kept, by its own word. */
  private static final Duration SIGNING_LEAD = Duration.ofMinutes(2);

  @Spec private CommandSpec spec;

  @Option(
      names = "--file",
      description = "The file of the server keys (${DEFAULT-VALUE}).",
      defaultValue = "data/server-keys.json",
      scope = ScopeType.INHERIT)
  private Path file;

  @Command(name = "list", description = "Shows purposes, ids and states, never the keys.")
  int list() {
    PrintWriter out = spec.commandLine().getOut();
    read().keys().forEach(out::println);
    return 0;
  }

  @Command(
      name = "rotate",
      description =
          "Lets a new key succeed the current one. It is announced first and becomes current after"
              + " the lead; the old one is retired and goes on verifying. Beside the file with all"
              + " keys each service's own is written, with those of its purposes alone.")
  int rotate(
      @Parameters(description = "One of ${COMPLETION-CANDIDATES}.") Purpose purpose,
      @Option(
              names = "--lead",
              description =
                  "How long everybody has to learn of it: by default PT5S, which is enough for our"
                      + " own services, and PT2M for signing and security events, since"
                      + " verifiers elsewhere keep the key set for a minute.")
          @Nullable Duration lead,
      @Option(
              names = "--algorithm",
              description =
                  "How the next signing key signs, one of ${COMPLETION-CANDIDATES}; as the current"
                      + " one does, if not given.")
          @Nullable Algorithm algorithm)
      throws InterruptedException {
    var succession = new ServerKeySuccession(new SecureRandom());
    PrintWriter out = spec.commandLine().getOut();
    if (algorithm != null && purpose != Purpose.SIGNING) {
      throw new Problem("Only signing keys have an algorithm.");
    }
    // A file of an earlier release lacks purposes that services of this one need.
    ServerKeys known = succession.completed(read());
    ServerKeys announced =
        algorithm == null
            ? succession.withNext(known, purpose)
            : succession.withNextSigning(known, algorithm);
    ServerKeyFiles.write(file, announced);
    out.println("announced: the next key of purpose " + purpose);
    out.flush();
    Thread.sleep(lead != null ? lead : isKnownElsewhere(purpose) ? SIGNING_LEAD : LEAD);
    ServerKeys advanced = succession.advanced(read(), purpose);
    ServerKeyFiles.write(file, advanced);
    out.println("current:   " + advanced.current(purpose));
    return 0;
  }

  private static boolean isKnownElsewhere(Purpose purpose) {
    return purpose == Purpose.SIGNING || purpose == Purpose.SECURITY_EVENTS;
  }

  private ServerKeys read() {
    try {
      return ServerKeys.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Problem(file + " cannot be read: start ./keyledger up first, or give --file.", e);
    }
  }
}
