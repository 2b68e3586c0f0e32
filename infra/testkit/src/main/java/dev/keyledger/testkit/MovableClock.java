package dev.keyledger.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** A clock and a monotonic time that move together, by hand. */
public final class MovableClock extends Clock implements LongSupplier {
  public static final Instant START = Instant.parse("2026-05-28T14:43:58.123Z");

  private final Instant start;
  private volatile Instant now;

  /** Stands at {@link #START}. */
  public MovableClock() {
    this(START);
  }

  /** Stands at the present, in whole milliseconds, for what also asks servers for the time. */
  public static MovableClock atPresent() {
    return new MovableClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  public MovableClock(Instant start) {
    this.start = start;
    this.now = start;
  }

  /** Back too, between tests that share it. */
  public void set(Instant instant) {
    now = instant;
  }

  public void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long getAsLong() {
    return Duration.between(start, now).toNanos();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    InstantSource moved = this::instant;
    return moved.withZone(zone);
  }
}
