package dev.keyledger.kit.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangesTest {
  private final AddressRanges ranges =
      AddressRanges.of(List.of("198.51.100.0/24", "203.0.113.7", "2001:db8::/32", "10.1.2.3/8"));

  @ParameterizedTest
  @CsvSource({
    "198.51.100.0, true",
    "198.51.100.255, true",
    "198.51.101.0, false",
    "203.0.113.7, true",
    "203.0.113.8, false",
    "10.255.0.1, true",
    "2001:db8:ffff::1, true",
    "2001:db9::1, false",
    "::ffff:198.51.100.7, true",
    "::ffff:198.51.101.7, false",
    "198.51.100.0/24, false",
    "198.51.100, false",
    "198.51.100.07, false",
    "198.51.100.7%eth0, false",
    "nonsense, false",
    "'', false",
    "*, false"
  })
  void anAddressIsInARangeOrNot(String address, boolean inside) {
    assertThat(ranges.contains(address)).isEqualTo(inside);
  }

  @Test
  void rangesMayLieWithinOneAnotherInAnyOrderAndReachToTheEnds() {
    var nested =
        AddressRanges.of(
            List.of(
                "10.1.2.0/24",
                "10.0.0.0/8",
                "10.1.2.3",
                "0.0.0.0/8",
                "255.255.255.255",
                "192.0.2.128/25",
                "192.0.2.0/25",
                "::/1",
                "2001:db8::1"));
    assertThat(List.of("10.1.2.3", "10.1.2.4", "10.200.0.1", "0.1.2.3", "255.255.255.255"))
        .allMatch(nested::contains);
    assertThat(List.of("192.0.2.0", "192.0.2.127", "192.0.2.128", "192.0.2.255", "7fff::"))
        .allMatch(nested::contains);
    assertThat(List.of("9.255.255.255", "11.0.0.0", "255.255.255.254", "192.0.3.0", "8000::"))
        .noneMatch(nested::contains);
    for (List<String> sameBeginning :
        List.of(List.of("10.0.0.0/24", "10.0.0.0/8"), List.of("10.0.0.0/8", "10.0.0.0/24"))) {
      var both = AddressRanges.of(sameBeginning);
      assertThat(List.of("10.0.0.0", "10.0.1.0", "10.255.255.255")).allMatch(both::contains);
      assertThat(both.contains("11.0.0.0")).isFalse();
    }
    assertThat(AddressRanges.of(List.of()).contains("10.0.0.1")).isFalse();
    assertThat(AddressRanges.of(List.of("2001:db8::1")).contains("10.0.0.1")).isFalse();
  }

  @Test
  void aListThatCannotBeReadAdmitsNobody() {
    assertThatThrownBy(() -> AddressRanges.of(List.of("198.51.100.0/24", "wat")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
