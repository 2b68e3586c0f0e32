package dev.keyledger.kit.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.internal.InternalCallsAutoConfiguration;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ServerKeysAutoConfigurationTest {
  @TempDir Path folder;

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withPropertyValues("spring.application.name=query-service")
          .withBean(Clock.class, Clock::systemUTC)
          .withConfiguration(
              AutoConfigurations.of(
                  ServerKeysAutoConfiguration.class, InternalCallsAutoConfiguration.class));

  @Test
  void withoutASettingThereAreNone() {
    runner.run(context -> assertThat(context).doesNotHaveBean(ServerKeysFile.class));
  }

  @Test
  void aFileOrTheTextItselfButNotBoth() throws Exception {
    Path file = write(keys(false, 1));
    String text = new String(EventCodec.encode(keys(false, 1)));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file)
        .run(context -> assertThat(context).hasSingleBean(InternalTokens.class));
    runner
        .withPropertyValues("keyledger.server-keys.json=" + text)
        .run(context -> assertThat(context).hasSingleBean(InternalTokens.class));
    runner
        .withPropertyValues(
            "keyledger.server-keys.file=" + file, "keyledger.server-keys.json=" + text)
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void theDemonstrationsKeysAreRefusedUnlessItIsOne() throws Exception {
    Path file = write(keys(true, 1));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(DemonstrationKeysException.class));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file, "keyledger.demonstration=true")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw----r--", "rw-rw----", "rw-----w-"})
  void aFileThatOthersReadOrChangeIsRefusedUnlessItIsTheDemonstrations(String mode)
      throws Exception {
    Path file = write(keys(false, 1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(ExposedKeysException.class)
                .hasMessageContaining(mode));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file, "keyledger.demonstration=true")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "r--------", "rw-r-----"})
  void aFileThatItsUserOrGroupReadsIsTaken(String mode) throws Exception {
    Path file = write(keys(false, 1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aFileOfAnotherUsersIsAFaultAndOneOfRootsIsNot() {
    assertThat(FileModes.faultOfOwner(1_001, 1_002))
        .hasValue("belongs to user 1001, and this service is user 1002");
    assertThat(FileModes.faultOfOwner(1_002, 1_002)).isEmpty();
    assertThat(FileModes.faultOfOwner(0, 1_002)).isEmpty();
  }

  @Test
  void aChangedFileThatLiesOpenChangesNothing() throws Exception {
    Path file = write(keys(false, 1));
    ServerKeysFile inUse = ServerKeysFile.read(file, Set.of(), false);
    write(keys(false, 2));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    assertThatThrownBy(inUse::refresh).isInstanceOf(ExposedKeysException.class);
    assertThat(inUse.get()).isEqualTo(keys(false, 1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(inUse.refresh()).isTrue();
    assertThat(inUse.get()).isEqualTo(keys(false, 2));
  }

  @Test
  void aChangedFileIsInUseWithinASecondOrTwoAndABrokenOneChangesNothing() throws Exception {
    Path file = write(keys(false, 1));
    runner
        .withPropertyValues("keyledger.server-keys.file=" + file)
        .run(context -> {
          var inUse = context.getBean(ServerKeysFile.class);
          Files.writeString(file, "{");
          Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
          Files.write(file, EventCodec.encode(keys(false, 2)));
          Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
          await().atMost(Duration.ofSeconds(30)).until(() -> inUse.get().equals(keys(false, 2)));
        });
  }

  private Path write(ServerKeys keys) throws Exception {
    Path file = folder.resolve("keys.json");
    PrivateFiles.write(file, EventCodec.encode(keys));
    return file;
  }

  private static ServerKeys keys(boolean demonstration, int seed) {
    byte[] material = new byte[32];
    material[0] = (byte) seed;
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(material);
    return new ServerKeys(
        demonstration,
        Arrays.stream(Purpose.values())
            .map(purpose -> new ServerKey(purpose, "a", State.CURRENT, text))
            .toList());
  }
}
