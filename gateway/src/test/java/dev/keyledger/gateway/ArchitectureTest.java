package dev.keyledger.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.keyledger.gateway",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule itForwardsAndDecidesNothing =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.events..",
              "dev.keyledger.command..",
              "dev.keyledger.query..",
              "dev.keyledger.token..",
              "dev.keyledger.subscriber.verify..",
              "dev.keyledger.subscriber.revocations..",
              "dev.keyledger.subscriber.internal..",
              "java.sql..",
              "org.apache.kafka..");
}
