package dev.keyledger.standalone;

import dev.keyledger.kit.keys.PrivateFiles;
import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a witness keeps its key and, of each log, the checkpoint that it cosigned last: a file that
 * {@code ./keyledger verify --checkpoint} takes. One process has it at a time.
 */
final class WitnessFolder implements Witness.Memory, AutoCloseable {
  private static final int SEED = 32;

  private final Path folder;
  private final FileChannel lockFile;

  private WitnessFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * @throws Problem where another process has it
   */
  static WitnessFolder open(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(lockFile);
    if (lock == null) {
      lockFile.close();
      throw new Problem(folder + " is another witness's that runs now.");
    }
    return new WitnessFolder(folder, lockFile);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /**
   * The key that is there, or a new one.
   *
   * @param name of the witness: due for a new one; of one that is there it has to be the same
   */
  NoteSigner key(@Nullable String name) throws IOException {
    Path file = folder.resolve("key");
    if (Files.exists(file)) {
      NoteSigner key = read(file);
      if (name != null && !name.equals(key.verifier().name())) {
        throw new Problem(file + " is the key of " + key.verifier().name() + ".");
      }
      return key;
    }
    if (name == null) {
      throw new Problem("A new witness has to have a name: say --name HOST/PATH.");
    }
    var seed = new byte[SEED];
    new SecureRandom().nextBytes(seed);
    try {
      NoteSigner made = NoteSigner.ofWitness(name, seed);
      PrivateFiles.write(file, (made.reveal() + "\n").getBytes(StandardCharsets.UTF_8));
      return made;
    } catch (IllegalArgumentException e) {
      throw new Problem("--name: a name has no spaces and no plus.", e);
    }
  }

  private static NoteSigner read(Path file) throws IOException {
    NoteSigner key;
    try {
      key = NoteSigner.parse(Files.readString(file).strip());
    } catch (IllegalArgumentException e) {
      throw new Problem(file + " has no witness's key: " + e.getMessage());
    }
    if (!key.verifier().isWitness()) {
      throw new Problem(file + " has a log's key, not a witness's.");
    }
    return key;
  }

  @Override
  public Optional<SignedNote> newest(String origin) {
    Path file = of(origin, "checkpoint");
    try {
      return Files.exists(file)
          ? Optional.of(SignedNote.parse(Files.readString(file)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void keep(String origin, SignedNote cosigned) {
    PrivateFiles.write(
        of(origin, "checkpoint"), cosigned.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first one stays: behind it come more of the same. */
  @Override
  public void keepRefused(String origin, AddCheckpoint request) {
    Path file = of(origin, "refused");
    if (!Files.exists(file)) {
      PrivateFiles.write(file, request.text().getBytes(StandardCharsets.UTF_8));
    }
    System.err.printf(
        "REFUSED: %s signed a checkpoint that isn't proven to go on from what it signed before; %s"
            + " has it.%n",
        origin, file.getFileName());
  }

  /** Any origin has a name of its own, whatever a file system takes. */
  Path of(String origin, String kind) {
    byte[] digest = Hash.ofLeaf(origin.getBytes(StandardCharsets.UTF_8)).bytes();
    return folder.resolve(HexFormat.of().formatHex(digest, 0, 16) + "." + kind);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
