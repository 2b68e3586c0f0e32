package dev.keyledger.command.organization;

import dev.keyledger.events.subscription.CollectorSettings;
import org.jspecify.annotations.Nullable;

/**
 * What of a collector's own is to change: {@code null} leaves, and an empty text clears.
 *
 * @param token that it is shown from now on, sealed
 */
public record CollectorChange(
    @Nullable FreshSigningSecret token,
    @Nullable String index,
    @Nullable String sourcetype,
    @Nullable Integer facility,
    @Nullable String ca) {
  public static final CollectorChange NONE = new CollectorChange(null, null, null, null, null);

  boolean isOfSplunk() {
    return token != null || index != null || sourcetype != null;
  }

  boolean isOfSyslog() {
    return facility != null || ca != null;
  }

  CollectorSettings of(CollectorSettings before) {
    return new CollectorSettings(
        another(before.index(), index),
        another(before.sourcetype(), sourcetype),
        facility == null ? before.facility() : facility,
        another(before.ca(), ca));
  }

  private static @Nullable String another(@Nullable String before, @Nullable String after) {
    if (after == null) {
      return before;
    }
    return after.isEmpty() ? null : after;
  }
}
