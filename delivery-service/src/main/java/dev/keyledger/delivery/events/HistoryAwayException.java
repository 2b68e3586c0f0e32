package dev.keyledger.delivery.events;

/** History can't be asked just now: it is away, or too many ask. */
public final class HistoryAwayException extends RuntimeException {
  HistoryAwayException(String what) {
    super(what, null, false, false);
  }
}
