package dev.keyledger.gateway.incrm;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.keyledger.gateway.incrm.IncrmSettings.Incrm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncrmSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example",
        "http://localhost:3000",
        "http://[::1]:3000",
        "http://127.0.0.1"
      })
  void anOriginIsTakenAsBrowsersWriteIt(String origin) {
    assertThatNoException().isThrownBy(() -> new Incrm(List.of(origin)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "",
        "app.example",
        "https://app.example/",
        "https://App.example",
        "https://*.example"
      })
  void whatNoBrowserWritesIsNamedAtTheStart(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Incrm(List.of("https://app.example", origin)))
        .withMessageEndingWith("not " + origin);
  }
}
