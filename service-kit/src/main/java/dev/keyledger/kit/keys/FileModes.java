package dev.keyledger.kit.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a file with secrets is its service's user's alone. The user's group may read it, since
 * that is how orchestrators hand secrets out; the file may also be root's.
 */
final class FileModes {
  private static final Set<PosixFilePermission> TOO_MUCH =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** Belongs to this process; there where Linux is. */
  private static final Path SELF = Path.of("/proc/self");

  private FileModes() {}

  /**
   * @return what is wrong with the file, in words that follow its name; empty where nothing is, or
   *     where its file system knows no modes
   */
  static Optional<String> faultOf(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return Optional.empty();
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (permissions.stream().anyMatch(TOO_MUCH::contains)) {
      return Optional.of(
          "has mode %s: others than its owner may read or change it"
              .formatted(PosixFilePermissions.toString(permissions)));
    }
    return Files.exists(SELF) ? faultOfOwner(uid(file), uid(SELF)) : Optional.empty();
  }

  /**
   * @param owner of the file, by number
   * @param user of this process, by number
   */
  static Optional<String> faultOfOwner(int owner, int user) {
    return owner == user || owner == 0
        ? Optional.empty()
        : Optional.of("belongs to user %d, and this service is user %d".formatted(owner, user));
  }

  private static int uid(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:uid");
  }
}
