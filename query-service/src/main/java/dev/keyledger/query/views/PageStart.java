package dev.keyledger.query.views;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a page has come in each source: a position in the ledger, a time and an id in the
 * activity. What comes later lies before a page that goes backwards, so pages stay as they are.
 */
record PageStart(@Nullable Long position, @Nullable Moment moment) {
  private static final String NOWHERE = "-";

  /**
   * @param id tells two of the same instant
   */
  record Moment(Instant at, UUID id) {
    /** As PostgreSQL orders them, whose ids have no signs. */
    static final Comparator<Moment> ORDER =
        Comparator.comparing(Moment::at).thenComparing(moment -> moment.id().toString());
  }

  static final PageStart START = new PageStart(null, null);

  /**
   * @throws IllegalArgumentException when it is none
   */
  static PageStart parse(String text) {
    String[] parts = text.split(" ", 4);
    Long position = parts[0].equals(NOWHERE) ? null : Long.valueOf(parts[0]);
    if (parts.length == 1) {
      return new PageStart(position, null);
    }
    if (parts.length != 3) {
      throw new IllegalArgumentException("this is no place");
    }
    try {
      return new PageStart(
          position, new Moment(Instant.parse(parts[1]), UUID.fromString(parts[2])));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  PageStart behind(Found found) {
    return switch (found) {
      case Found.OfLedger one -> new PageStart(one.event().position(), moment);
      case Found.OfActivity one -> new PageStart(position, new Moment(one.at(), one.id().uuid()));
    };
  }

  String text() {
    String first = position == null ? NOWHERE : position.toString();
    return moment == null ? first : first + " " + moment.at() + " " + moment.id();
  }
}
