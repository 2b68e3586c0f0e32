package dev.keyledger.subscriber;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.keyledger.subscriber",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule theCoreKnowsNoWebFramework =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.keyledger.subscriber.web",
              "dev.keyledger.subscriber.starter",
              // Its settings are bound by Spring Boot.
              "dev.keyledger.subscriber.kafka")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..");

  @ArchTest
  static final ArchRule onlyFollowersKnowKafka =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.keyledger.subscriber.revocations",
              "dev.keyledger.subscriber.kafka",
              "dev.keyledger.subscriber.receipts",
              "dev.keyledger.subscriber.starter")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule itNeedsNoOtherService =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.command..",
              "dev.keyledger.query..",
              "dev.keyledger.token..",
              "dev.keyledger.gateway..");
}
