package dev.keyledger.standalone;

import dev.keyledger.infra.servers.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts everything, keeps it running until it is told to stop, and leaves no process behind. */
@Command(
    name = "up",
    description = "Starts the platform with its servers and demonstration data.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls the command.
final class Up implements Callable<Integer> {
  private static final int LOG_LINES = 15;

  @Spec private CommandSpec spec;

  @Option(names = "--fresh", description = "Empties the data folder first.")
  private boolean fresh;

  @Option(
      names = "--port",
      description =
          "Of the base URL (${DEFAULT-VALUE}); N+1 to N+8 and N+1000 to N+1005 are used too.",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--data",
      description = "The data folder (./${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path folder;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var progress = new Progress(spec.commandLine().getOut(), System::nanoTime);
    var ports = new Ports(port);
    try (DataFolder data = DataFolder.open(folder, fresh, DataFolder.PATIENCE, progress::say)) {
      ports.requireFree();
      progress.say("Keyledger " + Main.Version.text() + ", data in " + data.path());
      var platform = new Platform(Home.folder(), data, ports, progress);
      Thread end = Thread.ofPlatform().name("end").unstarted(() -> end(platform, progress));
      Runtime.getRuntime().addShutdownHook(end);
      run(platform, data, ports, progress);
      return 1;
    }
  }

  /** Returns only when a process has ended that should not have. */
  private void run(Platform platform, DataFolder data, Ports ports, Progress progress)
      throws IOException, InterruptedException {
    platform.start(data.downstreamKey());
    if (!data.isSeeded()) {
      Seeder seeder = Seeder.signedIn(data, ports, Clock.systemUTC());
      CompletableFuture<Void> downstream =
          data.downstreamKey().isPresent()
              ? CompletableFuture.completedFuture(null)
              : platform.startDownstream(seeder.downstreamKey());
      seeder.seedOrganizations();
      progress.done("demonstration data");
      platform.await(downstream);
    }
    progress.say(new Guide(ports.baseUrl(), data).text());
    ChildProcess ended = platform.ended().join();
    throw new Problem(
        String.format(
            Locale.ROOT,
            "%s ended by itself (exit %d); the last lines of %s:%n%s",
            ended.name(),
            ended.exitCode(),
            ended.log(),
            lastLines(ended.log())));
  }

  private static void end(Platform platform, Progress progress) {
    progress.say("\nStopping …");
    platform.close();
    progress.say("Stopped.");
  }

  private static String lastLines(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }
}
