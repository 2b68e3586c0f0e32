package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann\u200B@example.com",
        "\u202Enna@example.com",
        "ann@exam\u00ADple.com",
        "ann@example\u2060.com",
        "ann\uFEFF@example.com",
        "ann\uD800@example.com",
        "ann@exa\uDC00mple.com",
        "a\u0000nn@example.com",
        "a\u0007nn@example.com"
      })
  void anAddressThatLooksLikeAnotherIsNone(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ann@example.com, ann@example.com",
    "Ann@EXAMPLE.com, ann@example.com",
    "' ann@example.com ', ann@example.com",
    "a@bücher.example, a@xn--bcher-kva.example",
    "a@BÜCHER.example, a@xn--bcher-kva.example",
    "a@bu\u0308cher.example, a@xn--bcher-kva.example",
    "a@bücher\u3002example, a@xn--bcher-kva.example",
    "a@bücher\uFF0Eexample, a@xn--bcher-kva.example",
    "a@\uFF42ücher.example, a@xn--bcher-kva.example",
    "a@xn--bcher-kva.example, a@xn--bcher-kva.example",
    "a@XN--BCHER-KVA.example, a@xn--bcher-kva.example",
    "a@straße.example, a@xn--strae-oqa.example",
    "a@strasse.example, a@strasse.example",
    "a@STRAẞE.example, a@xn--strae-oqa.example",
    "a@βόλος.example, a@xn--nxasmm1c.example",
    "a@βόλοσ.example, a@xn--nxasmq6b.example",
    "a@ΒΌΛΟΣ.example, a@xn--nxasmq6b.example",
    "a@例え.テスト, a@xn--r8jz45g.xn--zckzah",
    "a@правда.рф, a@xn--80aafi6cg.xn--p1ai",
    "a@إختبار.example, a@xn--kgbechtv.example",
    "a@sub.münchen.example, a@sub.xn--mnchen-3ya.example",
    "JÜRGEN@example.com, jürgen@example.com",
    "ju\u0308rgen@example.com, jürgen@example.com",
    "a+b.c'd@example.com, a+b.c'd@example.com",
    "a@localhost, a@localhost"
  })
  void anAddressHasOneFormHoweverItIsTyped(String typed, String canonical) {
    assertThat(EmailAddress.of(typed).value()).isEqualTo(canonical);
    assertThat(EmailAddress.of(canonical).value()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ann",
        "ann@",
        "@example.com",
        "a@b@example.com",
        "a b@example.com",
        "ann@exam ple.com",
        "ann\u00A0b@example.com",
        "ann\u3000b@example.com",
        "ann\uFF20b@example.com",
        "ann\uFF1Cb@example.com",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exam_ple.com",
        "ann@ab--cd.com",
        "ann@[192.0.2.1]",
        "ann@xn--",
        "ann@xn--a",
        "ann@xn--bcher-kvb.example.xn---",
        "ann@xn--bcher-KVA-.example",
        "ann@xn--strasse-",
        "ann@xn--abc.example",
        "ann@xn--99999999.example",
        "ann@xn--zzzzzzzzzzzzzzzzzzzzzzzz.example",
        "ann@☃.example",
        "ann@\u0301a.example",
        "ann@abcא.example",
        "ann@אabc.example",
        "<ann@example.com>",
        "Ann <ann@example.com>",
        "ann@example.com,bob@example.com"
      })
  void whatIsNoAddressIsNone(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
  }

  @Test
  void lengthsCountCharactersAndLabelsTheirAsciiForm() {
    assertThat(EmailAddress.parse("😀".repeat(64) + "@example.com")).isPresent();
    assertThat(EmailAddress.parse("😀".repeat(65) + "@example.com")).isEmpty();
    assertThat(EmailAddress.parse("a@" + "b".repeat(63) + ".example")).isPresent();
    assertThat(EmailAddress.parse("a@" + "b".repeat(64) + ".example")).isEmpty();
    assertThat(EmailAddress.parse("a@" + "ü".repeat(63) + ".example")).isEmpty();
    assertThat(EmailAddress.parse("a@" + "ü".repeat(100_000) + ".example")).isEmpty();
    assertThat(EmailAddress.parse("a@" + "b.".repeat(126) + "b")).isEmpty();
  }

  @Test
  void whatStandsInMailAndInIndexesIsOneAndWhatPeopleReadIsTheOther() {
    assertThat(EmailAddress.of("a@xn--bcher-kva.example").readable()).isEqualTo("a@bücher.example");
    assertThat(EmailAddress.of("a@example.com").readable()).isEqualTo("a@example.com");
    assertThat(EmailAddress.orNobodys("no address").readable()).isEqualTo("\u0000no address");
  }
}
