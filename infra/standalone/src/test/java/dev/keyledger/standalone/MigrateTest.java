package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code ./keyledger migrate} changes nothing until it has all that it needs. */
class MigrateTest {
  private static final Map<String, String> DATABASE =
      Map.of(Migrate.URL, "jdbc:postgresql://localhost:1/nowhere");

  private static String refused(Map<String, String> environment, String... arguments) {
    var said = new StringWriter();
    int status =
        new CommandLine(new Migrate(environment))
            .setErr(new PrintWriter(said, true))
            .setExecutionExceptionHandler(Main::explain)
            .execute(arguments);
    assertThat(status).isEqualTo(1);
    return said.toString();
  }

  @Test
  void whatIsMissingInTheEnvironmentIsNamed() {
    assertThat(refused(Map.of())).contains("set KEYLEDGER_DATABASE_URL");
    assertThat(refused(DATABASE)).contains("set KEYLEDGER_COMMAND_OWNERPASSWORD");
    assertThat(refused(DATABASE, "--schema", "token"))
        .contains("set KEYLEDGER_TOKEN_OWNERPASSWORD in the environment")
        .contains("the password of keyledger_token_owner");
  }

  @Test
  void aSchemaThatIsNotOursIsNamed() {
    assertThat(refused(DATABASE, "--schema", "ledger")).contains("ledger is no schema of ours");
  }
}
