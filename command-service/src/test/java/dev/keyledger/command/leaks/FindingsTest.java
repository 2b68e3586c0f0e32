package dev.keyledger.command.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.KeySecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a secret was found is kept for ever, and shows none. */
class FindingsTest {
  private static final String SECRET =
      KeySecret.mint("kl_live", 'a', new byte[32]).text().revealSecret();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://code.example/%s/raw",
        "https://code.example/x?key=%s",
        "https://code.example/#%s"
      })
  void ofAUrlWithASecretInItTheBeginningIsKeptAlsoWhereItIsCut(String form) {
    for (int without = 0; without <= 6; without++) {
      String shown = SECRET.substring(0, SECRET.length() - without);
      assertThat(Findings.shown(form.formatted(shown))).isEqualTo("https://code.example/");
    }
  }

  @Test
  void queriesAndFragmentsAreCutButForLines() {
    assertThat(Findings.shown("https://code.example/a?access_token=b#L3-L7"))
        .isEqualTo("https://code.example/a#L3-L7");
    assertThat(Findings.shown("https://code.example/a#access_token=b"))
        .isEqualTo("https://code.example/a");
  }

  @Test
  void aRequestsNameIsKeptUnlessItShowsASecret() {
    assertThat(Findings.shownId("req_01")).isEqualTo("req_01");
    assertThat(Findings.shownId(SECRET)).isNull();
    assertThat(Findings.shownId(null)).isNull();
  }

  @Test
  void aSourceIsAWordAndNoSecret() {
    assertThat(Findings.shownSource("pull_request_title")).isEqualTo("pull_request_title");
    for (String none : new String[] {"", "a place", SECRET, "A", "x".repeat(65)}) {
      assertThat(Findings.shownSource(none)).as(none).isNull();
    }
    assertThat(Findings.shownSource(null)).isNull();
  }

  @Test
  void soItIsHoweverOftenTheSecretIsEncoded() {
    String once = SECRET.replace("_", "%5F").replace("0", "%30");
    String twice = once.replace("%", "%25");
    assertThat(Findings.shown("https://code.example/" + once)).isEqualTo("https://code.example/");
    assertThat(Findings.shown("https://code.example/" + twice)).isEqualTo("https://code.example/");
  }

  @Test
  void ofOneWithAUserToo() {
    assertThat(Findings.shown("https://ada:word@code.example/a"))
        .isEqualTo("https://code.example/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://code.example/a|b", "https://"})
  void nothingIsKeptOfWhatIsNoUrl(String text) {
    assertThat(Findings.shown(text)).isNull();
  }

  @Test
  void anyOtherIsKeptAsItIs() {
    String url =
        "https://github.com/acme/app/blob/0f3b2c1d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b/.env#L3";
    assertThat(Findings.shown(url)).isEqualTo(url);
    assertThat(Findings.shown(null)).isNull();
  }
}
