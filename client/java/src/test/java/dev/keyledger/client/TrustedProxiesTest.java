package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
  private final TrustedProxies proxies =
      new TrustedProxies(List.of("10.0.0.0/8", "127.0.0.1", "2001:db8::/32"));

  @Test
  void withoutProxiesThePeerIsTheClientWhateverItClaims() {
    var none = new TrustedProxies(List.of());
    assertThat(none.clientOf("198.51.100.7", List.of("203.0.113.9"))).isEqualTo("198.51.100.7");
  }

  @Test
  void aStrangersWordDoesNotCount() {
    assertThat(proxies.clientOf("198.51.100.7", List.of("203.0.113.9"))).isEqualTo("198.51.100.7");
  }

  @Test
  void theChainIsReadFromTheRightSoThatAnInventedStartIsPassedOver() {
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6, 203.0.113.9, 10.2.2.2")))
        .isEqualTo("203.0.113.9");
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6", "203.0.113.9")))
        .isEqualTo("203.0.113.9");
  }

  @Test
  void whatIsNoAddressEndsTheWalk() {
    assertThat(proxies.clientOf("10.1.1.1", List.of("unknown"))).isEqualTo("10.1.1.1");
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6, , 10.3.3.3"))).isEqualTo("10.3.3.3");
    assertThat(proxies.clientOf("10.1.1.1", List.of("0.0.0.0/0"))).isEqualTo("10.1.1.1");
  }

  @Test
  void addressesOfBothFamiliesAreWrittenInOneWay() {
    assertThat(proxies.clientOf("2001:db8:0:0::1", List.of("2001:0DB9::0007")))
        .isEqualTo("2001:db9::7");
    assertThat(proxies.trusts("::ffff:10.0.0.1")).isTrue();
    assertThat(proxies.trusts("0:0:0:0:0:0:0:1")).isFalse();
  }

  @Test
  void anAddressThatIsNotWrittenCanonicallyComesOutSo() {
    assertThat(proxies.clientOf("192.0.2.1", List.of())).isEqualTo("192.0.2.1");
    assertThat(proxies.clientOf("0.0.0.0", List.of())).isEqualTo("0.0.0.0");
    assertThat(proxies.clientOf("255.255.255.255", List.of())).isEqualTo("255.255.255.255");
    assertThat(proxies.clientOf("::ffff:192.0.2.1", List.of())).isEqualTo("192.0.2.1");
    assertThat(proxies.clientOf("2001:DB8::1", List.of())).isEqualTo("2001:db8::1");
    assertThat(proxies.clientOf("192.0.2.256", List.of())).isEqualTo("192.0.2.256");
    assertThat(proxies.clientOf("unknown", List.of())).isEqualTo("unknown");
  }

  @Test
  void aRangeThatIsNoneIsRefusedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrustedProxies(List.of("gateway.internal")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrustedProxies(List.of("10.0.0.0/33")));
  }

  @Test
  void aRangeIsItsWholeNetworkInWhateverFamilyItIsWritten() {
    var ranges = new TrustedProxies(List.of("192.0.2.1/24", "::ffff:203.0.113.7"));
    assertThat(ranges.trusts("192.0.2.254")).isTrue();
    assertThat(ranges.trusts("203.0.113.7")).isTrue();
  }

  @Test
  void aForwardedAddressThatOthersCouldReadOtherwiseIsNone() {
    assertThat(proxies.clientOf("10.1.1.1", List.of("010.1.2.3"))).isEqualTo("10.1.1.1");
    assertThat(proxies.clientOf("10.1.1.1", List.of("10.1"))).isEqualTo("10.1.1.1");
    assertThat(proxies.clientOf("10.1.1.1", List.of("fe80::1%eth0"))).isEqualTo("10.1.1.1");
    assertThat(proxies.clientOf("10.1.1.1", List.of("[2001:db9::7]"))).isEqualTo("2001:db9::7");
  }
}
