package dev.keyledger.kit.keys;

import java.nio.file.Path;

/** Others on the machine can read or replace the server keys: nothing in them protects anything. */
final class ExposedKeysException extends IllegalStateException {
  ExposedKeysException(Path file, String fault) {
    super(
        "the server keys' file %s %s. It is to be its service's user's alone: chown it, and chmod 600"
            .formatted(file, fault));
  }
}
