package dev.keyledger.events;

import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Topic names, the settings that the guarantees need, and the rule that picks a partition.
 *
 * <p>{@code events.v1}, {@code access.v1}, {@code revocations.v1} and {@code subscriptions.v1} have
 * the same number of partitions and the organisation picks it on all of them, so that each
 * organisation has one order everywhere.
 */
public final class Topics {
  public static final String EVENTS = "keyledger.events.v1";
  public static final String ACCESS = "keyledger.access.v1";
  public static final String REVOCATIONS = "keyledger.revocations.v1";

  /** Each subscription's whole state, with what it is signed by under a server's key. */
  public static final String SUBSCRIPTIONS = "keyledger.subscriptions.v1";

  public static final String ACKS = "keyledger.acks.v1";
  public static final String USAGE = "keyledger.usage.v1";
  public static final String ACTIVITY = "keyledger.activity.v1";

  /**
   * The relay's own: one record, its token, in the transaction of the events that it stands behind.
   */
  public static final String RELAY = "keyledger.relay.v1";

  public static final int PARTITIONS = 8;

  private static final String FOREVER = "-1";
  private static final String WEEK = String.valueOf(7L * 24 * 60 * 60 * 1000);
  private static final String MONTH = String.valueOf(31L * 24 * 60 * 60 * 1000);
  private static final String HOUR = String.valueOf(60L * 60 * 1000);

  /**
   * @param settings that have to hold on an existing topic, or a service does not start
   */
  public record Spec(String name, int partitions, Map<String, String> settings) {}

  public static final List<Spec> ALL =
      List.of(
          new Spec(
              EVENTS,
              PARTITIONS,
              Map.of("cleanup.policy", "delete", "retention.ms", FOREVER, "retention.bytes", "-1")),
          new Spec(ACCESS, PARTITIONS, Map.of("cleanup.policy", "compact")),
          new Spec(
              REVOCATIONS,
              PARTITIONS,
              Map.of("cleanup.policy", "delete", "retention.ms", MONTH, "retention.bytes", "-1")),
          new Spec(SUBSCRIPTIONS, PARTITIONS, Map.of("cleanup.policy", "compact")),
          new Spec(ACKS, 1, Map.of("cleanup.policy", "delete", "retention.ms", HOUR)),
          new Spec(USAGE, PARTITIONS, Map.of("cleanup.policy", "delete", "retention.ms", WEEK)),
          new Spec(ACTIVITY, PARTITIONS, Map.of("cleanup.policy", "delete", "retention.ms", MONTH)),
          new Spec(RELAY, 1, Map.of("cleanup.policy", "compact")));

  private Topics() {}

  /**
   * The partition of everything about an organisation. Fixed for ever: another rule would break
   * order.
   */
  public static int partitionOf(OrganizationId organization) {
    return partitionOf(organization.value());
  }

  /** The same rule for what has no organisation, by another id. */
  public static int partitionOf(String id) {
    var crc = new CRC32();
    crc.update(id.getBytes(StandardCharsets.US_ASCII));
    return (int) (crc.getValue() % PARTITIONS);
  }
}
