package dev.keyledger.token.enforcement.status;

import dev.keyledger.token.enforcement.tokens.StatusPlace;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Hands out the places of one list after the other, each once and in an order that nobody can
 * guess. A list is this process's alone, by a random name, and is left at its end: so no place
 * comes twice, whatever other replicas hand out and however this one ends, and nothing is kept for
 * it. What of a list isn't handed out stays free for ever.
 */
final class StatusPlaces {
  /** Places of a list: whichever are taken, its size tells nothing. */
  static final int SIZE = 1 << 14;

  /** What reading a list has to be bounded by; a token's scope may be long. */
  private static final long MOST_SCOPE = 4L * 1024 * 1024;

  private static final Duration OPEN = Duration.ofHours(1);

  private final SecureRandom random;
  private final LongSupplier nanoTime;
  private int[] order = {};
  private int taken = 0;
  private UUID list = new UUID(0, 0);
  private long opened;
  private long scope;

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  StatusPlaces(SecureRandom random, LongSupplier nanoTime) {
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * @param scopeLength characters of the token's scope
   */
  synchronized StatusPlace next(int scopeLength) {
    long now = nanoTime.getAsLong();
    if (taken == order.length
        || scope + scopeLength > MOST_SCOPE
        || now - opened > OPEN.toNanos()) {
      open(now);
    }
    // The next step of a shuffle (Fisher and Yates): each order of what is left is as likely.
    int other = taken + random.nextInt(order.length - taken);
    int index = order[other];
    order[other] = order[taken];
    taken++;
    scope += scopeLength;
    return new StatusPlace(list, index);
  }

  private void open(long now) {
    list = UUID.randomUUID();
    order = IntStream.range(0, SIZE).toArray();
    taken = 0;
    scope = 0;
    opened = now;
  }
}
