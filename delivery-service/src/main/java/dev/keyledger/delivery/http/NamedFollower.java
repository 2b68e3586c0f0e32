package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.delivery.followers.FollowerName;
import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.Problem;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who follows and for how long they rely on what they are told, as they say in their question.
 *
 * @param bound 200 ms to a minute
 */
record NamedFollower(FollowerName name, Duration bound) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int SHORTEST = 200;
  private static final int LONGEST = 60_000;

  /**
   * {@code null} for one that names itself nothing, and so is in no receipt.
   *
   * @throws dev.keyledger.kit.web.ProblemException 422 {@code invalid_field} for any other but a
   *     name with an instance and a bound
   */
  static @Nullable NamedFollower of(
      FeedScope scope,
      @Nullable String follower,
      @Nullable String instance,
      @Nullable String maxStalenessMs) {
    if (follower == null && instance == null && maxStalenessMs == null) {
      return null;
    }
    if (follower == null || !NAME.matcher(follower).matches()) {
      throw Problem.ofField("follower", "Expected a name of a-z, 0-9 and -, at most 64 of them.")
          .toException();
    }
    if (instance == null || !INSTANCE.matcher(instance).matches()) {
      throw Problem.ofField(
              "instance", "Who names itself names its process too: letters, digits and -.")
          .toException();
    }
    return new NamedFollower(new FollowerName(scope, follower, instance), bound(maxStalenessMs));
  }

  private static Duration bound(@Nullable String text) {
    OptionalLong bound = text == null ? OptionalLong.empty() : WholeNumber.parse(text);
    if (bound.isEmpty() || bound.getAsLong() < SHORTEST || bound.getAsLong() > LONGEST) {
      throw Problem.ofField(
              "max_staleness_ms",
              "Who names itself says for how long it relies on what it is told: "
                  + SHORTEST
                  + " to "
                  + LONGEST
                  + " milliseconds.")
          .toException();
    }
    return Duration.ofMillis(bound.getAsLong());
  }
}
