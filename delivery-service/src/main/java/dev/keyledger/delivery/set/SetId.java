package dev.keyledger.delivery.set;

import dev.keyledger.events.id.SubscriptionId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token's {@code jti}: what happened, for one stream. The same for ever, though all that is kept
 * of messages were made anew.
 */
public final class SetId {
  private static final Pattern SOURCE = Pattern.compile("[a-z]{3}_[0-9a-f-]{36}");

  private SetId() {}

  /**
   * @param source the id of what happened
   */
  public static String of(String source, SubscriptionId stream) {
    return source + "." + suffix(stream);
  }

  /** Empty for what is no token of that stream. */
  public static Optional<String> sourceOf(String jti, SubscriptionId stream) {
    String end = "." + suffix(stream);
    return jti.endsWith(end)
        ? Optional.of(jti.substring(0, jti.length() - end.length()))
            .filter(source -> SOURCE.matcher(source).matches())
        : Optional.empty();
  }

  private static String suffix(SubscriptionId stream) {
    return stream.value().substring(SubscriptionId.PREFIX.length());
  }
}
