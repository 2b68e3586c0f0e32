package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusSettingsTest {
  private static final Rate MOST = new Rate(6_000, Duration.ofMinutes(1));

  private final StatusSettings settings =
      new StatusSettings(Duration.ofSeconds(30), Duration.ofMinutes(5), 6_000);

  @ParameterizedTest
  @CsvSource({
    "PT0S, PT5M, 1, ttl",
    "PT1H1S, PT5H, 1, ttl",
    "PT1.5S, PT5M, 1, ttl",
    "PT30S, PT29S, 1, validity",
    "PT30S, PT24H1S, 1, validity",
    "PT30S, PT5M, 0, exchanges-per-minute",
  })
  void whatMakesNoSenseIsNamed(Duration ttl, Duration validity, int exchanges, String named) {
    assertThatThrownBy(() -> new StatusSettings(ttl, validity, exchanges))
        .hasMessageContaining("keyledger.status-lists." + named);
  }

  @Test
  void anOrganisationWhoseTokensAreListedHasARateAndTheTighterOfTwo() {
    Rate tight = new Rate(10, Duration.ofSeconds(1));
    Rate loose = new Rate(101, Duration.ofSeconds(1));

    assertThat(settings.rateOf(policy(KeyTokenRules.Format.JWT, null))).isNull();
    assertThat(settings.rateOf(policy(KeyTokenRules.Format.JWT, loose))).isEqualTo(loose);
    assertThat(settings.rateOf(listing(KeyTokenRules.Format.JWT, null))).isEqualTo(MOST);
    assertThat(settings.rateOf(listing(KeyTokenRules.Format.JWT, loose))).isEqualTo(MOST);
    assertThat(settings.rateOf(listing(KeyTokenRules.Format.JWT, tight))).isEqualTo(tight);
    assertThat(settings.rateOf(listing(KeyTokenRules.Format.OPAQUE, null))).isNull();
  }

  private static Policy listing(KeyTokenRules.Format format, @Nullable Rate rate) {
    return TestTenant.listing(policy(format, rate));
  }

  private static Policy policy(KeyTokenRules.Format format, @Nullable Rate rate) {
    return TestTenant.with(
        TestTenant.policy(),
        new KeyTokenRules(format, Duration.ofMinutes(15), null, Refresh.FIXED, null, null, rate));
  }
}
