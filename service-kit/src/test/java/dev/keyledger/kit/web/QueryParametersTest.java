package dev.keyledger.kit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueryParametersTest {
  private static final QueryParameters PARAMETERS =
      QueryParameters.of("limit", "at_least").withRepeated("status");

  private static Problem refusal(String query) {
    return catchThrowableOfType(ProblemException.class, () -> PARAMETERS.check(query)).problem();
  }

  @Test
  void whatIsDeclaredPasses() {
    for (String query :
        new String[] {null, "", "&", "limit=1", "at%5Fleast=3&limit=%31", "status=a&status=b&"}) {
      assertThatCode(() -> PARAMETERS.check(query)).as(query).doesNotThrowAnyException();
    }
    assertThatCode(() -> QueryParameters.ANY.check("x&y=&y=%zz")).doesNotThrowAnyException();
  }

  @Test
  void anotherNameIsToldWithThoseThatThereAre() {
    for (String query :
        List.of("since=1", "limit=1&since", "=1&since=2", "Limit=1", "limit%20=1")) {
      Problem problem = refusal(query);
      assertThat(problem.status()).isEqualTo(422);
      assertThat(problem.code()).isEqualTo("unknown_parameter");
      assertThat(problem.members())
          .containsEntry("parameters", List.of("at_least", "limit", "status"));
    }
    assertThat(refusal("since=1").members()).containsEntry("parameter", "since");
    assertThat(refusal("since=1").detail())
        .isEqualTo("There is no parameter since here; there are: at_least, limit, status");
  }

  @Test
  void aNameThatMayBeASecretIsCut() {
    String secret = "kl_live_" + "a".repeat(49);
    Problem problem = refusal(secret + "=1");
    assertThat(problem.members()).containsEntry("parameter", secret.substring(0, 40));
    assertThat(problem.detail()).doesNotContain(secret);
  }

  @Test
  void oneOfAKindAndNoneWithoutAValue() {
    for (String query : List.of("limit=1&limit=1", "limit=1&l%69mit=2", "limit=", "limit")) {
      assertThat(refusal(query).code()).as(query).isEqualTo("invalid_field");
      assertThat(refusal(query).members()).containsEntry("field", "limit");
    }
    assertThat(refusal("status=a&status=").members()).containsEntry("field", "status");
  }

  @Test
  void whatCannotBeDecodedIsABadRequest() {
    assertThat(refusal("%zz=1").status()).isEqualTo(400);
    assertThat(refusal("limit=1&%").code()).isEqualTo("bad_request");
  }

  @Test
  void valuesAreReadAsTheyWereSent() {
    assertThat(QueryParameters.valuesIn("a=1&b=x%20y&b=z%2Bw&c", "b"))
        .containsExactly("x y", "z+w");
    assertThat(QueryParameters.valuesIn(null, "b")).isEmpty();
  }
}
