package dev.keyledger.infra.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@DisabledIfSystemProperty(
    named = Servers.KIND,
    matches = "containers",
    disabledReason = "containers are the engine's to end and to start again")
class FaultsOfServersTest {
  @Test
  void killedServersComeBackWithTheirData() throws Exception {
    try (EmbeddedServers servers = EmbeddedServers.startTemporary()) {
      try (Connection connection = servers.asSuperuser();
          var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept (id int)");
        statement.execute("INSERT INTO kept VALUES (1)");
      }
      try (Admin admin = admin(servers)) {
        admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
      }

      servers.postgres().process().kill();
      servers.kafka().process().kill();
      servers.postgres().restart();
      servers.kafka().restart();

      try (Connection connection = servers.asSuperuser();
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT count(*) FROM kept")) {
        rows.next();
        assertThat(rows.getInt(1)).isOne();
      }
      try (Admin admin = admin(servers)) {
        assertThat(admin.listTopics().names().get()).contains("kept");
      }
    }
  }

  @Test
  void noServerOutlivesAKilledParent() throws Exception {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Parent.class.getName());
    Process parent =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var children = new ArrayList<ProcessHandle>();
    try (BufferedReader said = parent.inputReader()) {
      for (String pid : said.readLine().split(" ")) {
        children.add(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
      }
      parent.destroyForcibly();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static Admin admin(Servers servers) {
    return Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()));
  }

  /** Starts servers, says their process ids, and waits for the worst. */
  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      EmbeddedServers servers = EmbeddedServers.startTemporary();
      System.out.println(
          servers.postgres().process().pid() + " " + servers.kafka().process().pid());
      Thread.sleep(Duration.ofMinutes(5));
    }
  }
}
