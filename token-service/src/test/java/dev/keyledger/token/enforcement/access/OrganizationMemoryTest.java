package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.token.enforcement.access.OrganizationMemory.Of;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator's sizing rests on. */
class OrganizationMemoryTest {
  @Test
  void anOrganisationOnTheSamePolicyAsOthersWithOneMemberTakesAtMostOneAndAHalfKilobytes()
      throws Exception {
    assertThat(bytes(Of.AN_ORGANISATION)).isBetween(100.0, 1_500.0);
  }

  @Test
  void aPolicyOfItsOwnSharesWhatItHasInCommonWithOthers() throws Exception {
    assertThat(bytes(Of.AN_ORGANISATION_OF_ITS_OWN_POLICY)).isBetween(100.0, 1_500.0);
  }

  @Test
  void anAllowlistTakesLittleMoreThanItsText() throws Exception {
    assertThat(bytes(Of.AN_ORGANISATION_WITH_AN_ALLOWLIST)).isBetween(100.0, 1_500.0);
  }

  @Test
  void aKeyTakesAtMostFourHundredBytes() throws Exception {
    assertThat(bytes(Of.A_KEY)).isBetween(100.0, 400.0);
  }

  private static double bytes(Of what) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    OrganizationMemory.class.getName(),
                    what.name()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Double.parseDouble(printed.lines().toList().getLast());
  }
}
