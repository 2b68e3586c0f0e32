package dev.keyledger.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.keyledger.token");

  @Test
  void decisionsKnowNoFrameworkNoServerAndNoBroker() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.token.decide")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "jakarta..",
            "org.apache.kafka..",
            "java.sql..",
            "dev.keyledger.client..",
            "dev.keyledger.kit.web..",
            "dev.keyledger.kit.kafka..",
            "dev.keyledger.token.http..",
            "dev.keyledger.token.refresh..",
            "dev.keyledger.token.usage..")
        .check(CLASSES);
  }

  @Test
  void decisionsReadNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.keyledger.token.decide", "dev.keyledger.token.access")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void theOtherServicesAreOnlyKnownByTheirEvents() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.keyledger.command..", "dev.keyledger.query..", "dev.keyledger.gateway..")
        .check(CLASSES);
  }

  @Test
  void nothingOnTheHotPathButTheRefreshFamiliesKnowsADatabase() {
    classes()
        .that()
        .resideInAnyPackage(
            "dev.keyledger.token.access",
            "dev.keyledger.token.decide",
            "dev.keyledger.token.issue",
            "dev.keyledger.token.usage",
            "dev.keyledger.token.http")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("java.sql..", "org.springframework.jdbc..")
        .check(CLASSES);
  }
}
