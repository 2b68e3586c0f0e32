package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path temporary;

  private static DataFolder open(Path folder, boolean fresh) {
    return DataFolder.open(folder, fresh, DataFolder.PATIENCE, said -> {});
  }

  @Test
  void keepsItsSecretsAcrossRunsForItsOwnerAlone() throws IOException {
    Path folder = temporary.resolve("data");
    Logins logins;
    ServerKeys keys;
    try (DataFolder data = open(folder, false)) {
      logins = data.logins();
      data.makeServerKeys(said -> {});
      keys = data.serverKeys();
      data.keepDownstreamKey("kl_platform_secret");
    }
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said -> {});
      assertThat(data.logins()).isEqualTo(logins);
      assertThat(data.serverKeys()).isEqualTo(keys);
      assertThat(keys.demonstration()).isTrue();
      assertThat(data.downstreamKey()).contains("kl_platform_secret");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    for (String file :
        new String[] {
          "database-logins.json",
          "server-keys.json",
          "server-keys-command-service.json",
          "server-keys-delivery-service.json",
          "server-keys-query-service.json",
          "server-keys-token-service.json",
          "downstream.key"
        }) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .as(file)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFolderOfAnOlderReleaseGetsThePasswordsThatItLacks() throws IOException {
    Path folder = temporary.resolve("data");
    Path file = folder.resolve("database-logins.json");
    try (DataFolder data = open(folder, false)) {
      Map<String, String> before = new TreeMap<>(data.logins().passwords());
      before.keySet().removeIf(role -> role.startsWith("keyledger_delivery"));
      Files.write(file, EventCodec.mapper().writeValueAsBytes(before));

      Logins now = data.logins();
      assertThat(now.passwords())
          .containsAllEntriesOf(before)
          .containsKeys(Logins.owner("delivery"), Logins.runtime("delivery"));
      assertThat(data.logins()).isEqualTo(now);
    }
  }

  @Test
  void aPlatformSignsByWhatEveryVerifierKnowsUntilItIsToldOtherwise() throws IOException {
    try (DataFolder data = open(temporary.resolve("data"), false)) {
      data.makeServerKeys(said -> {});
      assertThat(data.serverKeys().current(Purpose.SIGNING).signsBy())
          .isEqualTo(ServerKeys.Algorithm.ES256);

      ServerKeys before = new ServerKeySuccession(new SecureRandom()).fresh(true);
      ServerKeyFiles.write(data.serverKeysFile(), before);
      data.makeServerKeys(said -> {});
      assertThat(data.serverKeys().current(Purpose.SIGNING).signsBy())
          .isEqualTo(ServerKeys.Algorithm.EDDSA);
    }
  }

  @Test
  void aServiceIsGivenTheKeysThatItAsksForAndNoOthers() throws IOException {
    Path all = temporary.resolve("server-keys.json");
    ServerKeyFiles.write(all, new ServerKeySuccession(new SecureRandom()).fresh(true));
    for (Service service :
        List.of(Service.COMMAND, Service.QUERY, Service.TOKEN, Service.DELIVERY)) {
      Path own = ServerKeyFiles.of(all, service).orElseThrow();
      Path settings =
          Path.of("../..", service.title(), "src/main/resources", service.title() + ".yml");
      List<String> asked =
          Files.readAllLines(settings).stream()
              .map(String::strip)
              .filter(line -> line.matches("(demonstration-)?purposes: .*"))
              .flatMap(line -> Stream.of(line.substring(line.indexOf(' ') + 1).split(", ")))
              .toList();

      assertThat(ServerKeys.parse(Files.readAllBytes(own)).purposes())
          .extracting(purpose -> purpose.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .containsExactlyInAnyOrderElementsOf(asked);
    }
  }

  @Test
  void whatIsOfTheDemonstrationAloneIsInNoFileOfProduction() throws IOException {
    Path all = temporary.resolve("server-keys.json");
    ServerKeyFiles.write(all, new ServerKeySuccession(new SecureRandom()).fresh(false));

    Path own = ServerKeyFiles.of(all, Service.TOKEN).orElseThrow();
    assertThat(ServerKeys.parse(Files.readAllBytes(own)).purposes())
        .contains(Purpose.COMMAND_TO_TOKEN)
        .doesNotContain(Purpose.SEEDER_TO_TOKEN);
  }

  /** The document's table of who holds which, row by row and cell by cell. */
  @Test
  void theDocumentSaysWhichServiceHoldsWhichKeys() throws IOException {
    String page = Files.readString(Path.of("../../SECURITY.md"));
    int begin = page.indexOf("### Server keys");
    String section = page.substring(begin, page.indexOf("\n## ", begin));
    List<List<String>> rows =
        section
            .lines()
            .filter(line -> line.startsWith("| "))
            .map(line -> List.of(line.substring(1).strip().split("\\s*\\|\\s*", -1)))
            .toList();
    var shown = new EnumMap<Purpose, Set<String>>(Purpose.class);
    for (List<String> row : rows.subList(1, rows.size())) {
      var holders = new TreeSet<String>();
      for (int i = 2; i < row.size(); i++) {
        if (!row.get(i).isEmpty()) {
          holders.add(rows.getFirst().get(i));
        }
      }
      shown.put(Purpose.valueOf(row.getFirst().replace("`", "")), holders);
    }
    var held = new EnumMap<Purpose, Set<String>>(Purpose.class);
    for (Purpose purpose : Purpose.values()) {
      held.put(
          purpose,
          Stream.of(Service.values())
              .filter(service -> ServerKeyFiles.purposesOf(service, true).contains(purpose))
              .map(Service::title)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    assertThat(shown).isEqualTo(held);
  }

  @Test
  void aFolderOfTheReleaseWithOneKeyForAllCallsGetsOneForEachPair() throws IOException {
    Path folder = temporary.resolve("data");
    ServerKeys before;
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said -> {});
      before =
          data.serverKeys()
              .only(
                  EnumSet.complementOf(
                      EnumSet.of(
                          Purpose.COMMAND_TO_TOKEN,
                          Purpose.QUERY_TO_TOKEN,
                          Purpose.DELIVERY_TO_TOKEN,
                          Purpose.QUERY_TO_COMMAND,
                          Purpose.DELIVERY_TO_COMMAND,
                          Purpose.DELIVERY_TO_QUERY,
                          Purpose.SUBSCRIPTION_SECRETS,
                          Purpose.SEEDER_TO_TOKEN)));
      String file = new String(EventCodec.encode(before), StandardCharsets.UTF_8);
      Files.writeString(
          data.serverKeysFile(),
          file.replace(
              "\"keys\":[",
              "\"keys\":[{\"purpose\":\"internal\",\"id\":\"x\",\"state\":\"current\",\"material\":\""
                  + "A".repeat(43)
                  + "\"},"));
    }
    var said = new ArrayList<String>();
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said::add);

      assertThat(data.serverKeys().keys()).containsAll(before.keys());
      assertThat(data.serverKeys().purposes()).containsExactlyInAnyOrder(Purpose.values());
      assertThat(data.serverKeysFile()).content().doesNotContain("A".repeat(43));
    }
    assertThat(said).isEmpty();
  }

  @Test
  void aFolderOfAReleaseWithoutSealsGetsTheirKeysAndItsTopicsAreMadeAnew() throws IOException {
    Path folder = temporary.resolve("data");
    var said = new ArrayList<String>();
    ServerKeys before;
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said::add);
      ServerKeys whole = data.serverKeys();
      before =
          whole.only(EnumSet.complementOf(EnumSet.of(Purpose.RECORDS, Purpose.ACCESS_RECORDS)));
      ServerKeySuccession.write(data.serverKeysFile(), before);
      Files.createDirectories(data.kafka().resolve("keyledger.events.v1-0"));
    }
    assertThat(said).isEmpty();
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said::add);

      assertThat(data.kafka()).doesNotExist();
      assertThat(data.serverKeys().keys()).containsAll(before.keys());
      assertThat(data.serverKeys().purposes()).contains(Purpose.RECORDS, Purpose.ACCESS_RECORDS);
    }
    assertThat(said).hasSize(1);
  }

  @Test
  void freshForgetsEverything() {
    Path folder = temporary.resolve("data");
    ServerKeys keys;
    try (DataFolder data = open(folder, false)) {
      data.makeServerKeys(said -> {});
      keys = data.serverKeys();
      data.keepDownstreamKey("secret");
      data.seeded();
    }
    try (DataFolder data = open(folder, true)) {
      assertThat(data.isSeeded()).isFalse();
      assertThat(data.downstreamKey()).isEmpty();
      data.makeServerKeys(said -> {});
      assertThat(data.serverKeys()).isNotEqualTo(keys);
    }
  }

  @Test
  void nothingOfAnybodyElsesIsEverEmptied() throws IOException {
    Path precious = Files.writeString(temporary.resolve("thesis.tex"), "years of work");
    assertThatThrownBy(() -> open(temporary, true))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is not empty and not Keyledger's");
    assertThat(precious).exists();
  }

  @Test
  void twoRunnersDoNotShareOne() {
    Path folder = temporary.resolve("data");
    DataFolder first = open(folder, false);
    try (first) {
      assertThatThrownBy(() -> open(folder, false))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("is in use by another ./keyledger up");
    }
    open(folder, false).close();
  }

  /** A runner that is killed while a child of its own goes on writing for some seconds. */
  static final class Killed {
    private static final String CHILD =
        """
        trap '' TERM
        mkdir -p "$0"
        i=0
        while [ $i -lt 30 ]; do echo x > "$0/$i"; i=$((i+1)); sleep 0.1; done
        """;

    public static void main(String[] arguments) {
      DataFolder data = open(Path.of(arguments[0]), false);
      data.seeded();
      String written = data.postgres().toString();
      ChildProcess.start(
          "child", List.of("/bin/sh", "-c", CHILD, written), Map.of(), "TERM", data.log("child"));
      await().until(() -> Files.exists(data.postgres().resolve("0")));
      Runtime.getRuntime().halt(0);
    }
  }

  @Test
  void freshWaitsForWhatARunnerThatWasKilledHasLeftRunning() throws Exception {
    Path folder = temporary.resolve("data");
    Process runner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Killed.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    assertThat(runner.waitFor()).isZero();
    Map<String, ProcessHandle> left = ChildProcess.leftBehind(folder.resolve("logs"));
    assertThat(left).containsOnlyKeys("child");

    var said = new ArrayList<String>();
    try (DataFolder data = DataFolder.open(folder, true, DataFolder.PATIENCE, said::add)) {
      assertThat(left.get("child").isAlive()).isFalse();
      assertThat(said).containsExactly("Waiting for processes of an earlier run to end …");
      assertThat(data.isSeeded()).isFalse();
      assertThat(folder.toFile().list()).containsExactly("keyledger-data");
    }
  }

  @Test
  void nothingIsEmptiedUnderAProcessThatGoesOn() throws IOException {
    Path folder = temporary.resolve("data");
    ChildProcess child;
    try (DataFolder data = open(folder, false)) {
      data.seeded();
      child =
          ChildProcess.start(
              "child", List.of("/bin/sleep", "600"), Map.of(), "TERM", data.log("child"));
      await().until(() -> !ChildProcess.leftBehind(folder.resolve("logs")).isEmpty());
    }
    try (child) {
      assertThatThrownBy(() -> DataFolder.open(folder, true, Duration.ofMillis(100), said -> {}))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("child (process " + child.pid() + ") of an earlier ./keyledger up");
    }
    try (DataFolder data = open(folder, false)) {
      assertThat(data.isSeeded()).isTrue();
    }
  }

  @Test
  void anEmptyingThatWasInterruptedIsFinishedByWhoComesNext() throws IOException {
    Path folder = temporary.resolve("data");
    try (DataFolder data = open(folder, false)) {
      data.seeded();
    }
    Files.createFile(folder.resolve("being-emptied"));

    try (DataFolder data = open(folder, false)) {
      assertThat(data.isSeeded()).isFalse();
      assertThat(folder.toFile().list()).containsExactly("keyledger-data");
    }
  }

  @Test
  void theIdOfAProcessThatStartedLaterIsAnothers() throws IOException {
    Path folder = temporary.resolve("data");
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Path id = logs.resolve("kafka.pid");
    Files.writeString(id, Long.toString(ProcessHandle.current().pid()));
    assertThat(ChildProcess.leftBehind(logs)).containsOnlyKeys("kafka");

    Files.setLastModifiedTime(id, FileTime.from(Instant.EPOCH));

    assertThat(ChildProcess.leftBehind(logs)).isEmpty();
  }
}
