package dev.keyledger.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two addresses of one site, or of two, as browsers see it. */
class SiteTest {
  @ParameterizedTest
  @CsvSource({
    "https://crm.example,        https://crm.example:8443,   true",
    "https://crm.example,        https://app.crm.example,    true",
    "https://a.crm.example,      https://b.c.crm.example,    true",
    "https://CRM.example,        https://crm.example,        true",
    "https://crm.example,        http://crm.example,         false",
    "https://crm.example,        https://another.example,    false",
    "https://crm.co.uk,          https://app.crm.co.uk,      true",
    "https://crm.co.uk,          https://another.co.uk,      false",
    "https://one.github.io,      https://another.github.io,  false",
    "http://localhost:3000,      http://localhost:8080,      true",
    "http://localhost:3000,      http://sandbox.localhost,   false",
    "http://localhost:3000,      http://127.0.0.1:3000,      false",
    "http://10.0.0.1,            http://10.0.0.1:8080,       true",
    "http://10.0.0.1,            http://10.1.0.1,            false",
    "http://[::1]:3000,          http://[::1]:8080,          true",
    "http://[::1]:3000,          http://[::2]:3000,          false",
  })
  void sitesHaveASchemeAndARegisteredNameAndNoPort(URI one, URI other, boolean same) {
    assertThat(Site.of(one).equals(Site.of(other))).isEqualTo(same);
  }
}
