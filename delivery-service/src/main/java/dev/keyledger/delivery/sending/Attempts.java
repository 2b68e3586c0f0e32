package dev.keyledger.delivery.sending;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/** Counts what came of sending, over all subscriptions. */
@Component
final class Attempts {
  private final MeterRegistry meters;

  Attempts(MeterRegistry meters) {
    this.meters = meters;
  }

  void count(Answer answer) {
    meters.counter("keyledger.webhooks.attempts", "result", resultOf(answer)).increment();
  }

  private static String resultOf(Answer answer) {
    return switch (answer) {
      case Answer.None none -> none.failure().code();
      case Answer.Status one when one.isDelivered() -> "delivered";
      case Answer.Status one when one.isGone() -> "gone";
      case Answer.Status one -> "status_" + one.status() / 100 + "xx";
    };
  }
}
