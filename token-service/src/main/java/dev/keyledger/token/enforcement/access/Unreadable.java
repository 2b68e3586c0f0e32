package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Records that could not be read, by subject, and whom they may concern. */
final class Unreadable {
  private record Concern(@Nullable OrganizationId organization, int partition) {
    boolean isAbout(OrganizationId id, int partitionOfId) {
      return organization == null ? partition == partitionOfId : organization.equals(id);
    }
  }

  private final ConcurrentHashMap<String, Concern> concerns = new ConcurrentHashMap<>();

  void add(@Nullable String subject, @Nullable OrganizationId organization, int partition) {
    concerns.put(
        subject == null ? "partition " + partition : subject, new Concern(organization, partition));
  }

  void mended(String subject) {
    if (!concerns.isEmpty()) {
      concerns.remove(subject);
    }
  }

  boolean concerns(OrganizationId id) {
    if (concerns.isEmpty()) {
      return false;
    }
    int partition = Topics.partitionOf(id);
    return concerns.values().stream().anyMatch(c -> c.isAbout(id, partition));
  }

  boolean hidesKeys() {
    return !concerns.isEmpty()
        && concerns.keySet().stream()
            .anyMatch(s -> s.startsWith(KeyId.PREFIX) || s.startsWith("partition"));
  }

  int count() {
    return concerns.size();
  }
}
