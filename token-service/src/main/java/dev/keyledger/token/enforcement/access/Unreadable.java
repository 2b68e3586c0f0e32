package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records that could not be read, by subject, and whom they may concern, until they are mended by a
 * newer record of the subject or acknowledged by an operator.
 */
final class Unreadable {
  private static final String OF_NO_SUBJECT = "partition ";

  private final Function<String, @Nullable OrganizationId> owners;
  private final ConcurrentHashMap<String, UnreadableConcern> concerns = new ConcurrentHashMap<>();
  private final Set<RecordPlace> acknowledged = ConcurrentHashMap.newKeySet();

  /**
   * @param owners whose a subject is; {@code null} for one that isn't known
   */
  Unreadable(Function<String, @Nullable OrganizationId> owners) {
    this.owners = owners;
  }

  void add(UnreadableRecord record) {
    concerns.put(subjectOf(record), new UnreadableConcern(record, record.organization()));
    if (acknowledged.contains(record.place())) {
      settle(subjectOf(record), record.place());
    }
  }

  // Nothing that comes later mends a revocation, whatever it was about.
  private static String subjectOf(UnreadableRecord record) {
    RecordPlace place = record.place();
    if (place.topic().equals(Topics.REVOCATIONS)) {
      return "revocation " + place.partition() + "@" + place.offset();
    }
    return record.key() == null
        ? OF_NO_SUBJECT + place.partition() + "@" + place.offset()
        : record.key();
  }

  void mended(String subject) {
    if (!concerns.isEmpty()) {
      concerns.remove(subject);
    }
  }

  void acknowledge(Set<RecordPlace> places) {
    acknowledged.addAll(places);
    for (Map.Entry<String, UnreadableConcern> one : concerns.entrySet()) {
      RecordPlace place = one.getValue().record().place();
      if (acknowledged.contains(place)) {
        settle(one.getKey(), place);
      }
    }
  }

  /**
   * What it may have said of a subject that is known stays unknown, and only that; a subject that
   * isn't known has no credential that anything would accept.
   */
  private void settle(String subject, RecordPlace place) {
    concerns.computeIfPresent(
        subject,
        (same, concern) -> {
          if (!concern.record().place().equals(place) || !concern.isAcknowledgeable()) {
            return concern;
          }
          OrganizationId owner = place.topic().equals(Topics.ACCESS) ? owners.apply(subject) : null;
          return owner == null ? null : new UnreadableConcern(concern.record(), owner);
        });
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
            .anyMatch(s -> s.startsWith(KeyId.PREFIX) || s.startsWith(OF_NO_SUBJECT));
  }

  List<UnreadableConcern> all() {
    return List.copyOf(concerns.values());
  }

  int count() {
    return concerns.size();
  }
}
