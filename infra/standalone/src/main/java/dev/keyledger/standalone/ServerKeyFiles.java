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

  /**
   * As each service asks for them by {@code keyledger.server-keys.purposes}, and in a demonstration
   * by {@code demonstration-purposes} too.
   */
  static Set<Purpose> purposesOf(Service service, boolean demonstration) {
    return switch (service) {
      case COMMAND ->
          EnumSet.of(
              Purpose.PEPPER,
              Purpose.IDEMPOTENCY,
              Purpose.COMMAND_TO_TOKEN,
              Purpose.QUERY_TO_COMMAND,
              Purpose.DELIVERY_TO_COMMAND,
              Purpose.RECORDS,
              Purpose.ACCESS_RECORDS,
              Purpose.FOLLOWER_RECORDS,
              Purpose.SUBSCRIPTION_SECRETS);
      case QUERY ->
          EnumSet.of(
              Purpose.QUERY_TO_TOKEN,
              Purpose.QUERY_TO_COMMAND,
              Purpose.DELIVERY_TO_QUERY,
              Purpose.RECORDS,
              Purpose.CHECKPOINTS);
      case TOKEN -> {
        Set<Purpose> own =
            EnumSet.of(
                Purpose.PEPPER,
                Purpose.SIGNING,
                Purpose.TOKEN_ENCRYPTION,
                Purpose.PERSON_WRAPPING,
                Purpose.COMMAND_TO_TOKEN,
                Purpose.QUERY_TO_TOKEN,
                Purpose.DELIVERY_TO_TOKEN,
                Purpose.RECORDS,
                Purpose.ACCESS_RECORDS,
                Purpose.FOLLOWER_RECORDS);
        if (demonstration) {
          own.add(Purpose.SEEDER_TO_TOKEN);
        }
        yield own;
      }
      case DELIVERY ->
          EnumSet.of(
              Purpose.DELIVERY_TO_TOKEN,
              Purpose.DELIVERY_TO_COMMAND,
              Purpose.DELIVERY_TO_QUERY,
              Purpose.RECORDS,
              Purpose.FOLLOWER_RECORDS,
              Purpose.SUBSCRIPTION_SECRETS,
              Purpose.SECURITY_EVENTS);
      case GATEWAY, DOWNSTREAM -> Set.of();
    };
  }

  /**
   * Where a service finds its own.
   *
   * @param all the file of all keys
   */
  static Optional<Path> of(Path all, Service service) {
    return purposesOf(service, false).isEmpty()
        ? Optional.empty()
        : Optional.of(
            all.toAbsolutePath().resolveSibling("server-keys-" + service.title() + ".json"));
  }

  /** Each file whole or not at all, and all of mode 0600. */
  static void write(Path all, ServerKeys keys) {
    ServerKeySuccession.write(all, keys);
    for (Service service : Service.values()) {
      of(all, service)
          .ifPresent(file ->
              ServerKeySuccession.write(
                  file, keys.only(purposesOf(service, keys.demonstration()))));
    }
  }
}
