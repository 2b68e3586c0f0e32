package dev.keyledger.kit.log;

import java.util.List;

/**
 * What checking an export, or one event by its proof, came to.
 *
 * @param from position of its first event
 * @param to behind the last one that was checked
 * @param events how many were checked and are as they were signed, where there is no fault
 * @param faults none, if it is whole and unaltered; the first one first
 */
public record ExportReport(
    String organization, long from, long to, long events, List<Fault> faults) {
  public ExportReport {
    faults = List.copyOf(faults);
  }

  /**
   * @param position of the event that it is about, or from which on
   */
  public record Fault(Kind kind, long position, String text) {
    public enum Kind {
      MISSING,
      ADDED,
      CHANGED,
      OUT_OF_ORDER,
      /** It is whole, and not what was signed, or seen before. */
      OTHER_HISTORY,
      /** Its checkpoint is nobody's whom the checker knows. */
      UNSIGNED,
      /** Fewer witnesses have signed than are wanted. */
      NOT_WITNESSED,
      /** Nothing shows that the platform's log has its checkpoint. */
      NOT_IN_PLATFORM_LOG,
      UNREADABLE
    }
  }

  public boolean isGood() {
    return faults.isEmpty();
  }
}
