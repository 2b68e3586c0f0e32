package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.servers.Logins;
import dev.keyledger.kit.keys.ServerKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path temporary;

  @Test
  void keepsItsSecretsAcrossRunsForItsOwnerAlone() throws IOException {
    Path folder = temporary.resolve("data");
    Logins logins;
    ServerKeys keys;
    try (DataFolder data = DataFolder.open(folder, false)) {
      logins = data.logins();
      keys = data.serverKeys();
      data.keepDownstreamKey("kl_platform_secret");
    }
    try (DataFolder data = DataFolder.open(folder, false)) {
      assertThat(data.logins()).isEqualTo(logins);
      assertThat(data.serverKeys()).isEqualTo(keys);
      assertThat(keys.demonstration()).isTrue();
      assertThat(data.downstreamKey()).contains("kl_platform_secret");
    }
    for (String file :
        new String[] {"database-logins.json", "server-keys.json", "downstream.key"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .as(file)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void freshForgetsEverything() {
    Path folder = temporary.resolve("data");
    ServerKeys keys;
    try (DataFolder data = DataFolder.open(folder, false)) {
      keys = data.serverKeys();
      data.keepDownstreamKey("secret");
      data.seeded();
    }
    try (DataFolder data = DataFolder.open(folder, true)) {
      assertThat(data.isSeeded()).isFalse();
      assertThat(data.downstreamKey()).isEmpty();
      assertThat(data.serverKeys()).isNotEqualTo(keys);
    }
  }

  @Test
  void nothingOfAnybodyElsesIsEverEmptied() throws IOException {
    Path precious = Files.writeString(temporary.resolve("thesis.tex"), "years of work");
    assertThatThrownBy(() -> DataFolder.open(temporary, true))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is not empty and not Keyledger's");
    assertThat(precious).exists();
  }

  @Test
  void twoRunnersDoNotShareOne() {
    Path folder = temporary.resolve("data");
    DataFolder first = DataFolder.open(folder, false);
    try (first) {
      assertThatThrownBy(() -> DataFolder.open(folder, false))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("is in use by another ./keyledger up");
    }
    DataFolder.open(folder, false).close();
  }
}
