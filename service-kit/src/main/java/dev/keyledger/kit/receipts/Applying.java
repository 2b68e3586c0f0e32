package dev.keyledger.kit.receipts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whom a receipt may name. */
interface Applying {
  String name();

  String id();

  Receipt.Channel channel();

  /** When it said that it had come so far; {@code null} when it has not, or long ago. */
  @Nullable Instant appliedAt(String stream, long position);
}
