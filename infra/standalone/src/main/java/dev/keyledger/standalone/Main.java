package dev.keyledger.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that {@code ./keyledger} hands to Java; those about building are in the script. */
@Command(
    name = "keyledger",
    description = "Keyledger, stand-alone.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      Up.class,
      Migrate.class,
      Topics.class,
      Keys.class,
      Export.class,
      Verify.class,
      WitnessCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Main())
            .setExecutionExceptionHandler(Main::explain)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  static int explain(Exception e, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (e instanceof Problem problem) {
      command.getErr().println("keyledger: " + problem.getMessage());
      return 1;
    }
    throw e;
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"Keyledger " + text()};
    }

    static String text() throws IOException {
      var properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      }
      return properties.getProperty("version");
    }
  }
}
