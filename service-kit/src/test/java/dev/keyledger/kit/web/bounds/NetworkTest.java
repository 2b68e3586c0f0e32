package dev.keyledger.kit.web.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void anIpv4AddressIsOne() {
    assertThat(Network.of("192.0.2.1")).isNotEqualTo(Network.of("192.0.2.2"));
    assertThat(Network.of("::ffff:192.0.2.1")).isEqualTo(Network.of("192.0.2.1"));
  }

  @Test
  void theAddressesOfAnIpv6CustomerAreOne() {
    assertThat(Network.of("2001:db8:0:1::1")).isEqualTo(Network.of("2001:DB8:0:1:ffff::2"));
    assertThat(Network.of("2001:db8:0:1::1")).isNotEqualTo(Network.of("2001:db8:0:2::1"));
  }
}
