package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json; charset=utf8",
        "application/json; profile=\"https://example.com/a;b\"; v=2",
      })
  void isJson(String type) {
    assertThat(MediaTypes.is(type, MediaTypes.JSON)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "json",
        "application/jsonx",
        "application/json2; charset=utf-8",
        "application/json, application/json",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json; charset=us-ascii",
        "application/json; charset=nonsense",
        "application/problem+json",
        "application/merge-patch+json",
        "application/*",
        "text/json",
        "application/x-www-form-urlencoded",
      })
  void isNotJson(String type) {
    assertThat(MediaTypes.is(type, MediaTypes.JSON)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                                | true",
        "*/*                                             | true",
        "application/*;q=0.1                             | true",
        "text/html, application/xhtml+xml, */*;q=0.8     | true",
        "application/json;q=0                            | false",
        "application/json;q=0, */*                       | false",
        "application/*;q=0, application/json;q=0.5       | true",
        "text/csv                                        | false",
        "text/*                                          | false",
        "application/problem+json                        | false",
        "nonsense                                        | false",
      })
  void acceptIsMetOrNot(String accept, boolean met) {
    assertThat(MediaTypes.accepts(List.of(accept))).isEqualTo(met);
  }

  @ParameterizedTest
  @CsvSource({"gzip,true", "identity,false", "'',false", "'identity, br',true", "GZIP,true"})
  void aCodingIsAnyButIdentity(String coding, boolean coded) {
    assertThat(MediaTypes.isCoded(List.of(coding))).isEqualTo(coded);
  }
}
