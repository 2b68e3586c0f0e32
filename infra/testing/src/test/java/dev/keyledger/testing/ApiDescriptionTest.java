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

  @Test
  void everyCodeSaysWhatItMeansAndWhatToDo() {
    for (ProblemCatalogue.Entry entry : problems.entries()) {
      assertThat(entry.detail()).as(entry.code()).isNotBlank();
      assertThat(entry.meaning()).as(entry.code()).endsWith(".");
      assertThat(entry.remedy()).as(entry.code()).endsWith(".");
    }
  }
}
