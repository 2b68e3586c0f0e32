package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.BrokerLogins;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.kit.kafka.TopicRights;
import dev.keyledger.kit.kafka.TopicRights.Holder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./keyledger topics}, and that SECURITY.md shows what it does. */
class TopicsTest {
  @TempDir private Path folder;

  private record Outcome(int status, String text) {}

  private static Outcome run(String... arguments) {
    var said = new StringWriter();
    var out = new PrintWriter(said, true);
    int status =
        new CommandLine(new Topics())
            .setOut(out)
            .setErr(out)
            .setExecutionExceptionHandler(Main::explain)
            .execute(arguments);
    return new Outcome(status, said.toString());
  }

  @Test
  void makesTopicsAndAclsOnAClusterAndIsSafeToRepeat() throws Exception {
    var logins = BrokerLogins.random(new SecureRandom());
    List<Integer> ports = dev.keyledger.infra.servers.Ports.free(2);
    try (var kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"),
            folder.resolve("kafka.log"),
            ports.get(0),
            ports.get(1),
            List.of(),
            logins)) {
      String[] arguments = {
        "--bootstrap-server",
        kafka.bootstrapServers(),
        "--command-config",
        file(kafka.superuserProperties()),
        "--principal",
        "token=User:somebody-else"
      };
      for (int time = 0; time < 2; time++) {
        Outcome outcome = run(arguments);
        assertThat(outcome.status()).as(outcome.text()).isZero();
        assertThat(outcome.text())
            .startsWith("The topics are there, and ")
            .doesNotContain("Somebody else has let them");
      }
      var settings = new TreeMap<String, Object>(kafka.superuserProperties());
      settings.put("bootstrap.servers", kafka.bootstrapServers());
      try (Admin admin = Admin.create(settings)) {
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
            .containsExactlyInAnyOrderElementsOf(
                TopicRights.acls(
                    holder -> holder == Holder.TOKEN ? "User:somebody-else" : holder.principal()));
      }
      Outcome notAllowed =
          run(
              "--bootstrap-server",
              kafka.bootstrapServers(),
              "--command-config",
              file(logins.properties(Holder.COMMAND.user())));
      assertThat(notAllowed.status()).isEqualTo(1);
      assertThat(notAllowed.text()).startsWith("keyledger: Kafka refused: ");
    }
  }

  @Test
  void whoIsNoServiceAndWhatIsNoPrincipalAreNamed() {
    assertThat(run("--principal", "gateway=User:x").text())
        .contains("gateway is no service that uses Kafka");
    assertThat(run("--principal", "token=x").text()).contains("x is no principal");
    assertThat(run("--command-config", "nowhere").text()).contains("nowhere cannot be read");
  }

  @Test
  void aDryRunShowsThem() {
    Outcome outcome = run("--dry-run");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.text())
        .contains("User:keyledger-token READ TOPIC keyledger.access.v1 (LITERAL)")
        .doesNotContain("User:keyledger-query WRITE");
  }

  /** Row by row: a right that stands in one of the two alone fails. */
  @Test
  void theTableInTheDocumentsIsTheOneThatIsMade() throws IOException {
    String page = Files.readString(Path.of("../../SECURITY.md"));
    int begin = page.indexOf("### Topics");
    String section = page.substring(begin, page.indexOf("\n### ", begin + 1));
    var shown = new ArrayList<String>();
    List<String> columns = List.of();
    for (String line : section.lines().filter(each -> each.startsWith("|")).toList()) {
      List<String> cells =
          Pattern.compile("\\|").splitAsStream(line.substring(1)).map(String::strip).toList();
      if (cells.getFirst().equals("topic")) {
        columns = cells;
      } else if (!cells.getFirst().startsWith("---")) {
        for (int i = 1; i < cells.size(); i++) {
          if (!cells.get(i).isEmpty()) {
            shown.add(cells.getFirst() + " | " + columns.get(i) + " | " + cells.get(i));
          }
        }
      }
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(rows());
  }

  private static List<String> rows() {
    var rows = new ArrayList<String>();
    for (Holder holder : Holder.values()) {
      for (TopicRights.Right right : TopicRights.of(holder)) {
        String letters =
            String.join(
                " ",
                LETTERS.entrySet().stream()
                    .filter(letter -> right.operations().contains(letter.getKey()))
                    .map(Map.Entry::getValue)
                    .toList());
        if (!letters.isEmpty()) {
          rows.add(name(right) + " | " + title(holder) + " | " + letters);
        }
      }
    }
    return rows;
  }

  private static final Map<AclOperation, String> LETTERS =
      new TreeMap<>(
          Map.of(
              AclOperation.READ, "R",
              AclOperation.WRITE, "W",
              AclOperation.CREATE, "C",
              AclOperation.DELETE, "D"));

  private static String title(Holder holder) {
    return switch (holder) {
      case COMMAND -> "command-service";
      case QUERY -> "query-service";
      case TOKEN -> "token-service";
      case DELIVERY -> "delivery-service";
      case DOWNSTREAM -> "downstream";
    };
  }

  private static String name(TopicRights.Right right) {
    String kind =
        right.type() == ResourceType.TOPIC
            ? ""
            : right.type() == ResourceType.GROUP ? "groups " : "transactional id ";
    String all =
        right.pattern() == org.apache.kafka.common.resource.PatternType.PREFIXED ? "*" : "";
    return kind + "`" + right.name() + all + "`";
  }

  private String file(Map<String, String> properties) throws IOException {
    var written = new Properties();
    written.putAll(properties);
    Path file = Files.createTempFile(folder, "client", ".properties");
    try (var writer = Files.newBufferedWriter(file)) {
      written.store(writer, null);
    }
    return file.toString();
  }
}
