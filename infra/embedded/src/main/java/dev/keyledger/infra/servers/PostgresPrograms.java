package dev.keyledger.infra.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once per user and version from the jar that carries them. */
final class PostgresPrograms {
  private PostgresPrograms() {}

  /** The folder that holds {@code bin/postgres}. */
  static Path unpacked() {
    String archive = archiveName();
    Path home = cache().resolve("postgres-" + fingerprint(archive));
    if (Files.isExecutable(home.resolve("bin/postgres"))) {
      return home;
    }
    try {
      Files.createDirectories(home.getParent());
      Path unpacking = Files.createTempDirectory(home.getParent(), "unpacking-");
      unpack(archive, unpacking);
      try {
        Files.move(unpacking, home);
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
        // Another process was quicker; what it unpacked is the same.
        delete(unpacking);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be unpacked into " + home, e);
    }
  }

  private static Path cache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    Path folder = base.resolve("keyledger");
    try {
      return Files.createDirectories(folder);
    } catch (IOException noHome) {
      return Path.of(
          System.getProperty("java.io.tmpdir"), "keyledger-" + System.getProperty("user.name"));
    }
  }

  private static String archiveName() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    boolean arm = arch.equals("aarch64");
    String name =
        os.startsWith("mac")
            ? "postgres-darwin-" + (arm ? "arm_64" : "x86_64")
            : "postgres-linux-" + (arm ? "arm_64" : "x86_64");
    if (PostgresPrograms.class.getResource("/" + name + ".txz") == null) {
      throw new IllegalStateException(
          "no PostgreSQL for " + os + " on " + arch + " is on the class path");
    }
    return name;
  }

  private static String fingerprint(String archive) {
    try (InputStream in = open(archive)) {
      var crc = new CRC32();
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
      return Long.toHexString(crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(archive, e);
    }
  }

  private static InputStream open(String archive) throws IOException {
    InputStream in = PostgresPrograms.class.getResourceAsStream("/" + archive + ".txz");
    if (in == null) {
      throw new IOException(archive + " is not on the class path");
    }
    return new BufferedInputStream(in, 1 << 16);
  }

  private static void unpack(String archive, Path into) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(open(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
          throw new IOException("an entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, target);
          if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(
                target,
                EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE));
          }
        }
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
