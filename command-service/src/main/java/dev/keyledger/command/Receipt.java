package dev.keyledger.command;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Since when a decision is obeyed, and by whom.
 *
 * @param inForceAt {@code null} while it is not in force
 */
public record Receipt(
    long position, boolean inForce, @Nullable Instant inForceAt, List<Consumer> consumers) {
  public Receipt {
    consumers = List.copyOf(consumers);
  }

  /**
   * @param appliedAt {@code null} while it has not acknowledged the position
   */
  public record Consumer(String name, String instance, @Nullable Instant appliedAt) {}
}
