package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.token.AtOnce;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class GrantRatesTest {
  private static final OrganizationId ACME = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private static final OrganizationId OTHER = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private static final Rate TWO_A_MINUTE = new Rate(2, Duration.ofMinutes(1));

  private final AtomicLong nanoTime = new AtomicLong(-7);
  private final GrantRates rates = new GrantRates(nanoTime::get);

  private void later(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  private boolean take(OrganizationId organization, Rate rate) {
    return rates.take(organization, rate).given();
  }

  @Test
  void anOrganisationHasItsRateInEachWindowFromItsFirstExchangeOn() {
    assertThat(take(ACME, TWO_A_MINUTE)).isTrue();
    later(Duration.ofSeconds(59));
    assertThat(take(ACME, TWO_A_MINUTE)).isTrue();
    assertThat(take(ACME, TWO_A_MINUTE)).isFalse();
    assertThat(take(OTHER, TWO_A_MINUTE)).isTrue();
    later(Duration.ofSeconds(1));
    assertThat(take(ACME, TWO_A_MINUTE)).isTrue();
    assertThat(take(ACME, TWO_A_MINUTE)).isTrue();
    assertThat(take(ACME, TWO_A_MINUTE)).isFalse();
  }

  @Test
  void anotherPolicyCountsAtOnce() {
    take(ACME, TWO_A_MINUTE);
    take(ACME, TWO_A_MINUTE);
    assertThat(take(ACME, new Rate(3, Duration.ofMinutes(1)))).isTrue();
    assertThat(take(ACME, new Rate(1, Duration.ofMinutes(1)))).isFalse();
    assertThat(take(ACME, new Rate(1, Duration.ofHours(1)))).isTrue();
    assertThat(rates.take(ACME, null)).isNull();
  }

  @Test
  void whatIsLeftIsSaid() {
    later(Duration.ofSeconds(3));
    assertThat(said()).containsExactly("\"token-grants\";r=1;t=60", null);
    later(Duration.ofMillis(20_500));
    assertThat(said()).containsExactly("\"token-grants\";r=0;t=40", null);
    assertThat(said()).containsExactly("\"token-grants\";r=0;t=40", "40");
  }

  private List<String> said() {
    var response = new MockHttpServletResponse();
    rates.take(ACME, TWO_A_MINUTE).announce(response);
    assertThat(response.getHeader("RateLimit-Policy")).isEqualTo("\"token-grants\";q=2;w=60");
    return java.util.Arrays.asList(
        response.getHeader("RateLimit"), response.getHeader("Retry-After"));
  }

  @Test
  void exchangesAtOnceGetNoMoreThanThereIs() throws Exception {
    var rate = new Rate(5, Duration.ofMinutes(1));
    assertThat(AtOnce.run(16, () -> take(ACME, rate))).filteredOn(given -> given).hasSize(5);
  }
}
