package dev.keyledger.kit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachableAddressesTest {
  private final ReachableAddresses strict = new ReachableAddresses(List.of());
  private final ReachableAddresses lenient =
      new ReachableAddresses(List.of("127.0.0.0/8", "::1", "10.1.0.0/16"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://receiver.example/hooks?a=b", "https://receiver.example",
            "HTTPS://Receiver.Example:8443/",
        "https://8.8.8.8/", "https://[2606:4700::1111]/", "https://xn--bcher-kva.example/",
        "https://receiver.example./x", "https://127.0.0.1.example/"
      })
  void aPublicHostIsFit(String url) {
    assertThat(strict.faultOf(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://receiver.example/",
        "ftp://receiver.example/",
        "receiver.example",
        "//receiver.example/",
        "",
        "https:receiver.example",
        "https:///x",
        "https://user@receiver.example/",
        "https://user:word@receiver.example/",
        "https://receiver.example@10.0.0.1/",
        "https://receiver.example/#x",
        "https://receiver.example/#",
        "https://receiver.example:0/",
        "https://receiver.example:65536/",
        "https://re ceiver.example/",
        "https://re_ceiver.example/",
        "https://bücher.example/",
        "https://receiver.example/ä",
        "https://receiver.example/\r\nx",
        "https://[::1",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://127.0.0.1./",
        "https://localhost/",
        "https://a.localhost./",
        "https://1.2.3.256/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[fe80::1%25eth0]/"
      })
  void noOtherIs(String url) {
    assertThat(strict.faultOf(url)).isPresent().get().asString().doesNotContain("receiver");
  }

  @Test
  void aUrlIsNoLongerThanItMayBe() {
    String url = "https://receiver.example/";
    assertThat(strict.faultOf(url + "a".repeat(2_048 - url.length()))).isEmpty();
    assertThat(strict.faultOf(url + "a".repeat(2_049 - url.length()))).isPresent();
  }

  @Test
  void whereTheOperatorNamesPrivateAddressesTheseAreFitAlsoUnencryptedAndNoOthers()
      throws Exception {
    assertThat(
            List.of(
                "http://127.0.0.1:9000/",
                "http://localhost:9000/x",
                "https://localhost/",
                "http://[::1]:9000/",
                "http://10.1.2.3/",
                "https://10.1.2.3/"))
        .allSatisfy(url -> assertThat(lenient.faultOf(url)).isEmpty());
    assertThat(
            List.of(
                "http://10.2.0.1/",
                "https://10.2.0.1/",
                "http://receiver.example/",
                "http://8.8.8.8/"))
        .allSatisfy(url -> assertThat(lenient.faultOf(url)).isPresent());

    assertThat(lenient.allows(InetAddress.getByName("10.1.2.3"))).isTrue();
    assertThat(lenient.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
    assertThat(lenient.allows(InetAddress.getByName("8.8.8.8"))).isTrue();
    assertThat(lenient.isNamed(InetAddress.getByName("8.8.8.8"))).isFalse();
    assertThat(strict.allows(InetAddress.getByName("127.0.0.1"))).isFalse();
  }

  @Test
  void aSettingThatNamesNoNetworkIsRefused() {
    assertThatThrownBy(() -> new ReachableAddresses(List.of("localhost")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
