package dev.keyledger.token.enforcement.status;

import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.events.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code keyledger.status-lists.*}.
 *
 * @param ttl after how long a verifier is to fetch a list again, in whole seconds from one to an
 *     hour: how late it may hear of an end, give or take what {@code infra/docs/status-lists.md}
 *     adds up
 * @param validity for how long one holds that can't fetch it again, in whole seconds from {@code
 *     ttl} to a day
 * @param exchangesPerMinute how many listed tokens the keys of one organisation obtain at most, by
 *     exchange or refresh, at each replica: each is a row that stays for as long as the token.
 *     Positive
 */
@ConfigurationProperties("keyledger.status-lists")
public record StatusSettings(
    @DefaultValue("PT30S") Duration ttl,
    @DefaultValue("PT5M") Duration validity,
    @DefaultValue("6000") int exchangesPerMinute) {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_TTL = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  public StatusSettings {
    if (!isWithin(ttl, SHORTEST, LONGEST_TTL)) {
      throw new IllegalArgumentException(
          "keyledger.status-lists.ttl is whole seconds, PT1S to PT1H");
    }
    if (!isWithin(validity, ttl, LONGEST)) {
      throw new IllegalArgumentException(
          "keyledger.status-lists.validity is whole seconds, from the ttl to PT24H");
    }
    if (exchangesPerMinute < 1) {
      throw new IllegalArgumentException(
          "keyledger.status-lists.exchanges-per-minute has to be at least 1");
    }
  }

  /**
   * What bounds an organisation's exchanges.
   *
   * @return {@code null} where nothing does
   */
  public @Nullable Rate rateOf(Policy policy) {
    Rate own = policy.keyTokens().rate();
    if (!lists(policy)) {
      return own;
    }
    var most = new Rate(exchangesPerMinute, MINUTE);
    return own != null && perDay(own) <= perDay(most) ? own : most;
  }

  /** Whether what its keys obtain is listed. */
  public boolean lists(Policy policy) {
    return policy.listsTokens() && policy.keyTokens().format() == Format.JWT;
  }

  private static double perDay(Rate rate) {
    return rate.maximum() * (double) LONGEST.toSeconds() / rate.per().toSeconds();
  }

  private static boolean isWithin(Duration time, Duration least, Duration most) {
    return time.getNano() == 0 && time.compareTo(least) >= 0 && time.compareTo(most) <= 0;
  }
}
