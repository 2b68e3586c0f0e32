package dev.keyledger.standalone;

import dev.keyledger.infra.services.Service;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * One file with all server keys, for who rotates them, and beside it one for each service with
 * those of its purposes alone. A service that is broken into gives away no more than it needs.
 */
final class ServerKeyFiles {
  private ServerKeyFiles() {}

  /** As each service asks for them by {@code keyledger.server-keys.purposes}. */
  static Set<Purpose> purposesOf(Service service) {
    return switch (service) {
      case COMMAND ->
          EnumSet.of(
              Purpose.PEPPER,
              Purpose.IDEMPOTENCY,
              Purpose.INTERNAL,
              Purpose.RECORDS,
              Purpose.ACCESS_RECORDS);
      case QUERY -> EnumSet.of(Purpose.INTERNAL, Purpose.RECORDS);
      case TOKEN ->
          EnumSet.of(
              Purpose.PEPPER,
              Purpose.SIGNING,
              Purpose.TOKEN_ENCRYPTION,
              Purpose.PERSON_WRAPPING,
              Purpose.INTERNAL,
              Purpose.RECORDS,
              Purpose.ACCESS_RECORDS);
      case GATEWAY, DOWNSTREAM -> Set.of();
    };
  }

  /**
   * Where a service finds its own.
   *
   * @param all the file of all keys
   */
  static Optional<Path> of(Path all, Service service) {
    return purposesOf(service).isEmpty()
        ? Optional.empty()
        : Optional.of(
            all.toAbsolutePath().resolveSibling("server-keys-" + service.title() + ".json"));
  }

  /** Each file whole or not at all, and all of mode 0600. */
  static void write(Path all, ServerKeys keys) {
    ServerKeySuccession.write(all, keys);
    for (Service service : Service.values()) {
      of(all, service)
          .ifPresent(file -> ServerKeySuccession.write(file, keys.only(purposesOf(service))));
    }
  }
}
