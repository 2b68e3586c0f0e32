package dev.keyledger.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {
  private static InetAddress address(String text) throws Exception {
    return InetAddress.getByName(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "100.63.255.255",
        "172.15.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8"
      })
  void anAddressOfTheWorldIsPublic(String text) throws Exception {
    assertThat(PublicAddresses.isPublic(address(text))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::10.0.0.1",
        "::8.8.8.8",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "64:ff9b::7f00:1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:a00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1"
      })
  void noOtherIs(String text) throws Exception {
    assertThat(PublicAddresses.isPublic(address(text))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0X7F.0.0.1", "017700000001",
        "0177.0.0.1", "127.1", "127.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"
      })
  void howeverAnAddressIsWrittenItIsTheSame(String host) throws Exception {
    assertThat(PublicAddresses.literal(host)).contains(address("127.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "receiver.example", "1e100.net", "127.0.0.1.example", "cafe", "::1", "[::1", "[fe80::1%1]",
        "[v1.a]", "[1.2.3.4]", "256.1.1.1", "1.2.3.4.5", "1.2.3.256", "4294967296", "0x1ffffffff",
        "08.0.0.1", "1..2", "99999999999999999999", ""
      })
  void whatIsNoneIsNone(String host) {
    assertThat(PublicAddresses.literal(host)).isEmpty();
  }
}
