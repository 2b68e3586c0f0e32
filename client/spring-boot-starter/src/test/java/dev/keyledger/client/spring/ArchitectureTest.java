package dev.keyledger.client.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.keyledger.client.spring",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule itTouchesNothingOfItsHostsJsonFormsAndErrors =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "tools.jackson..",
              "com.fasterxml.jackson..",
              "org.springframework.http.converter..",
              "org.springframework.web.multipart..",
              "org.apache.kafka..",
              "dev.keyledger.kit..");
}
