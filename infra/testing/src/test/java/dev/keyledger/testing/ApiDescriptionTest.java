package dev.keyledger.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ProblemCatalogue;
import org.junit.jupiter.api.Test;

/** The canonical API's description. */
class ApiDescriptionTest {
  private final ProblemCatalogue problems = new ProblemCatalogue();

  @Test
  void itIsWithoutFault() {
    assertThat(DescriptionFaults.in(new ApiDescription(problems).document())).isEmpty();
  }

  /** So that clients which a generator made of it go on getting what they got. */
  @Test
  void anAnswerThatIsOnlyAskedForIsOfAnotherTypeAndTakesNoOtherAnswersPlace() {
    var document = new ApiDescription(problems).document();
    assertThat(document.at("/paths/~1v1~1organizations/post/responses").propertyNames())
        .contains("201", "2XX")
        .doesNotContain("200");
    assertThat(
            document
                .at("/paths/~1v1~1organizations~1{org}~1verify/post/responses/200/content")
                .propertyNames())
        .containsExactly("application/json", "application/vnd.keyledger.dry-run+json");
  }

  @Test
  void everyCodeSaysWhatItMeansAndWhatToDo() {
    for (ProblemCatalogue.Entry entry : problems.entries()) {
      assertThat(entry.detail()).as(entry.code()).isNotBlank();
      assertThat(entry.meaning()).as(entry.code()).endsWith(".");
      assertThat(entry.remedy()).as(entry.code()).endsWith(".");
    }
  }
}
