package dev.keyledger.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The system's clock plus an offset that a test moves, shared by all processes that map the same
 * file. Only the time of day moves: what is measured by the monotonic clock (freshness, leases)
 * does not.
 */
public final class SharedClock extends Clock {
  private final Clock system;
  private final ByteBuffer offsetMillis;

  private SharedClock(Clock system, ByteBuffer offsetMillis) {
    this.system = system;
    this.offsetMillis = offsetMillis;
  }

  /**
   * @param file eight bytes, made if absent
   */
  public static SharedClock sharedBy(Path file) {
    return new SharedClock(Clock.systemUTC(), millisIn(file));
  }

  static ByteBuffer millisIn(Path file) {
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, Long.BYTES).order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new UncheckedIOException("no clock in " + file, e);
    }
  }

  /** Moves it for everybody, forward only. */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("this clock goes forward only, not by " + by);
    }
    offsetMillis.putLong(0, offsetMillis.getLong(0) + by.toMillis());
  }

  @Override
  public Instant instant() {
    return system.instant().plusMillis(offsetMillis.getLong(0));
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("the platform's time is UTC");
  }
}
