package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "_hidden",
        "",
        " ",
        "0.0.0.0/0",
        "010.1.2.3",
        "10.1",
        "fe80::1%eth0",
        "\"203.0.113.9\"",
        "for=203.0.113.9",
        "203.0.113.9:",
        "203.0.113.9:0",
        "203.0.113.9:65536",
        "203.0.113.9:080",
        "203.0.113.9:+80",
        "203.0.113.9:80:80",
        "[203.0.113.9]",
        "[203.0.113.9]:80",
        "[2001:db9::7",
        "2001:db9::7]",
        "[2001:db9::7]80",
        "[2001:db9::7]:",
        "[]",
        "[fe80::1%25eth0]:80",
      })
  void aForwardedAddressThatCannotBeReadIsNobodysAndNeverTheProxys(String text) {
    assertThat(proxies.clientOf("10.1.1.1", List.of(text))).isEmpty();
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6, " + text))).isEmpty();
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6", text, "10.3.3.3"))).isEmpty();
    assertThat(proxies.clientOf("10.1.1.1", List.of(text + ", 203.0.113.9")))
        .isEqualTo("203.0.113.9");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9:5555, 203.0.113.9",
    "203.0.113.9:1, 203.0.113.9",
    "203.0.113.9:65535, 203.0.113.9",
    "[2001:db9::7], 2001:db9::7",
    "[2001:DB9:0::7]:443, 2001:db9::7",
    "[::ffff:203.0.113.9]:443, 203.0.113.9",
    "::ffff:203.0.113.9, 203.0.113.9",
    "2001:db9::7:443, 2001:db9::7:443",
  })
  void aForwardedAddressMayHaveItsPort(String text, String client) {
    assertThat(proxies.clientOf("10.1.1.1", List.of(text))).isEqualTo(client);
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6, " + text + ", 10.2.2.2:80")))
        .isEqualTo(client);
  }

  @Test
  void aChainOfMoreProxiesThanThereAreNamesNobody() {
    var chain = String.join(",", Collections.nCopies(40, "10.2.2.2"));
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6," + chain))).isEmpty();
    assertThat(proxies.clientOf("10.1.1.1", List.of("6.6.6.6,10.2.2.2"))).isEqualTo("6.6.6.6");
    assertThat(proxies.clientOf("10.1.1.1", List.of("10.2.2.2"))).isEqualTo("10.2.2.2");
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
    assertThat(proxies.clientOf("fe80::1%eth0", List.of())).isEqualTo("fe80::1");
    assertThat(proxies.clientOf("192.0.2.256", List.of())).isEmpty();
    assertThat(proxies.clientOf("unknown", List.of())).isEmpty();
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
}
