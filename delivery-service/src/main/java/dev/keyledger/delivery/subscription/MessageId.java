package dev.keyledger.delivery.subscription;

import dev.keyledger.events.id.SubscriptionId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One event for one subscription: {@code msg_}, the subscription's UUID and the event's position.
 * The same for ever and at every replica, so that a receiver can tell what comes twice.
 */
public record MessageId(SubscriptionId subscription, long position) {
  public static final String PREFIX = "msg_";

  /** The longest that {@link #toString} gives. */
  public static final int LONGEST = 60;

  private static final Pattern FORM = Pattern.compile("msg_([0-9a-f-]{36})_(0|[1-9][0-9]{0,17})");

  /** Empty for what is no such id. */
  public static Optional<MessageId> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (text.length() > LONGEST || !form.matches()) {
      return Optional.empty();
    }
    try {
      var subscription = new SubscriptionId(SubscriptionId.PREFIX + form.group(1));
      return Optional.of(new MessageId(subscription, Long.parseLong(form.group(2))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return PREFIX + subscription.value().substring(SubscriptionId.PREFIX.length()) + "_" + position;
  }
}
