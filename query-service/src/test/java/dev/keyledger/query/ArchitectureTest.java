package dev.keyledger.query;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(
    packages = "dev.keyledger.query",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule knowsNothingOfCommands =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.command..", "dev.keyledger.token..", "org.axonframework..");

  @ArchTest
  static final ArchRule writesToNoTopic =
      noClasses().should().dependOnClassesThat().areAssignableTo(Producer.class);

  @ArchTest
  static final ArchRule readsNoClockButTheOneItIsGiven =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule theFoldKnowsNoReads =
      noClasses()
          .that()
          .resideInAPackage("..projection..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..views..", "..people..", "..usage..");

  @Test
  void noStatementNamesAnotherServicesSchema() throws IOException {
    try (var files = Files.walk(Path.of("src/main"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("(?i)(from|join|into|update|on) (command|token)\\.");
      }
    }
  }
}
