package dev.keyledger.kit.kafka;

import java.util.Set;

/** Records that can't be read, of which an operator has said that all go on without them. */
@FunctionalInterface
public interface AcknowledgedRecords {
  /** Where there is no operator to ask. */
  AcknowledgedRecords NONE = Set::of;

  /**
   * @throws RuntimeException when it can't be told now
   */
  Set<RecordPlace> all();
}
