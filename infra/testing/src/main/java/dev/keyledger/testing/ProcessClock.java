package dev.keyledger.testing;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One process's own clock: right, until a test has it be off by so much, ahead or behind. */
public final class ProcessClock extends Clock {
  private final Clock right;
  private final ByteBuffer offMillis;

  private ProcessClock(Clock right, ByteBuffer offMillis) {
    this.right = right;
    this.offMillis = offMillis;
  }

  /**
   * @param file eight bytes, made if absent
   */
  static ProcessClock beside(SharedClock right, Path file) {
    return new ProcessClock(right, SharedClock.millisIn(file));
  }

  /**
   * @param by negative for a clock that is behind; zero sets it right
   */
  public void setOff(Duration by) {
    offMillis.putLong(0, by.toMillis());
  }

  @Override
  public Instant instant() {
    return right.instant().plusMillis(offMillis.getLong(0));
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
