package dev.keyledger.client.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 10.0.0.0/24",
    "10.0.0.1/24, 10.0.0.0/24",
    "10.1.2.3/8, 10.0.0.0/8",
    "0.0.0.0/0, 0.0.0.0/0",
    "192.0.2.7, 192.0.2.7/32",
    "192.0.2.7/32, 192.0.2.7/32",
    "::, ::/128",
    "::/0, ::/0",
    "2001:DB8:0:0::1/32, 2001:db8::/32",
    "::ffff:10.0.0.1, 10.0.0.1/32",
    "::ffff:a00:1, 10.0.0.1/32",
    "::ffff:10.0.0.0/104, 10.0.0.0/8",
    "::ffff:10.1.2.3/96, 0.0.0.0/0",
  })
  void aRangeIsWrittenInOneWayWhateverItsSpelling(String text, String canonical) {
    AddressRange range = AddressRange.of(text);
    assertThat(range).hasToString(canonical).isEqualTo(AddressRange.of(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "*",
        "/24",
        "1",
        "10.1",
        "10.1.2",
        "10.1/16",
        "010.1.2.3",
        "10.1.2.03",
        "0x0a.1.2.3",
        "167772161",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0.0/-8",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0 /8",
        " 10.0.0.0/8",
        "10.0.0.0/8 ",
        "10.0.0.1\n",
        "10.0.0.1-9",
        "10.0.0.*",
        "10.0.0.1:443",
        "256.0.0.1",
        "2001:db8::/129",
        "2001:db8::1::2",
        "2001:db8",
        "2001:00db8::1",
        "2001:db8::00000/32",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:5",
        ":1",
        "1:",
        "0b1.0.0.1",
        "0b00001010.0.0.1",
        "fe80::1%eth0",
        "fe80::1%2/64",
        "[2001:db8::1]",
        "[2001:db8::1]/64",
        "::ffff:010.0.0.1",
        "::ffff:10.1",
        "\u0661\u0660.0.0.1",
        "gateway.internal"
      })
  void whatOthersCouldReadOtherwiseIsNoRangeAndNoAddress(String text) {
    assertThat(AddressRange.parse(text)).isEmpty();
    assertThat(AddressRange.address(text)).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> AddressRange.of(text));
  }

  @Test
  void anAddressHasNoPrefixLength() {
    assertThat(AddressRange.address("10.0.0.0/8")).isNull();
    assertThat(AddressRange.address("10.0.0.1/32")).isNull();
    assertThat(AddressRange.address("::ffff:10.0.0.1")).hasToString("10.0.0.1");
    assertThat(AddressRange.address("2001:DB8::0001")).hasToString("2001:db8::1");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/24, 10.0.0.255, true",
    "10.0.0.1/24, 10.0.1.0, false",
    "10.0.0.1, 10.0.0.2, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, ::ffff:10.0.0.1, true",
    "::/0, 10.0.0.1, false",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::1/32, 2001:db8:ffff::1, true",
  })
  void anAddressIsInARangeOrNot(String range, String address, boolean inside) {
    var parsed = AddressRange.address(address);
    assertThat(parsed).isNotNull();
    assertThat(AddressRange.of(range).contains(parsed)).isEqualTo(inside);
  }
}
