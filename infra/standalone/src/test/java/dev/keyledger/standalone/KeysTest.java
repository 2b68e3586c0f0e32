package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class KeysTest {
  @TempDir private Path folder;

  private String rotate(Path file, Purpose purpose) {
    var out = new StringWriter();
    int status =
        new CommandLine(new Keys())
            .setOut(new PrintWriter(out))
            .execute("rotate", "--file", file.toString(), "--lead", "PT0S", purpose.name());
    assertThat(status).isZero();
    return out.toString();
  }

  private static ServerKeys read(Path file) throws IOException {
    return ServerKeys.parse(Files.readAllBytes(file));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "COMMAND_TO_TOKEN",
        "QUERY_TO_TOKEN",
        "DELIVERY_TO_TOKEN",
        "QUERY_TO_COMMAND",
        "DELIVERY_TO_COMMAND",
        "DELIVERY_TO_QUERY",
        "SEEDER_TO_TOKEN"
      })
  void theKeyOfAPairIsSucceededInTheFilesOfBoth(Purpose purpose) throws IOException {
    Path file = folder.resolve("server-keys.json");
    ServerKeys before = new ServerKeySuccession(new SecureRandom()).fresh(true);
    ServerKeyFiles.write(file, before);

    assertThat(rotate(file, purpose)).contains("announced: ", "current: ");

    ServerKey old = before.current(purpose);
    ServerKey current = read(file).current(purpose);
    assertThat(current).isNotEqualTo(old);
    for (Service service : Service.values()) {
      if (ServerKeyFiles.purposesOf(service, true).contains(purpose)) {
        ServerKeys own = read(ServerKeyFiles.of(file, service).orElseThrow());
        assertThat(own.current(purpose)).isEqualTo(current);
        assertThat(own.find(purpose, old.id()).orElseThrow().state()).isEqualTo(State.RETIRED);
      }
    }
  }

  @Test
  void aFileOfAnEarlierReleaseGetsWhatServicesOfThisOneNeed() throws IOException {
    Path file = folder.resolve("server-keys.json");
    ServerKeys before =
        new ServerKeySuccession(new SecureRandom())
            .fresh(false)
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
    ServerKeySuccession.write(file, before);

    rotate(file, Purpose.PEPPER);

    assertThat(read(file).purposes())
        .isEqualTo(EnumSet.complementOf(EnumSet.of(Purpose.SEEDER_TO_TOKEN)));
    for (Service service : Service.values()) {
      ServerKeyFiles.of(file, service).ifPresent(own -> assertThat(own).exists());
    }
  }
}
