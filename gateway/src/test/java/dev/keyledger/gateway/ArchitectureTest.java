package dev.keyledger.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
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
              "dev.keyledger.client.revocations..",
              "dev.keyledger.client.jwt..",
              "dev.keyledger.kit.internal..",
              "dev.keyledger.kit.keys..",
              "dev.keyledger.kit.receipts..",
              "java.sql..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule aDialectKnowsNoOther =
      slices()
          .matching("dev.keyledger.gateway.(*)")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              DescribedPredicate.alwaysTrue(), resideInAPackage("dev.keyledger.gateway.dialect"))
          .as("A dialect depends on what dialects have in common, never on another one.")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule whatDialectsShareKnowsNoneOfThem =
      noClasses()
          .that()
          .resideInAPackage("dev.keyledger.gateway.dialect")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.keyledger.gateway.*")
                  .and(not(resideInAPackage("dev.keyledger.gateway.dialect"))));

  @ArchTest
  static final ArchRule aDialectReachesTheServicesByTheMachineryAlone =
      noClasses()
          .that(
              resideInAPackage("dev.keyledger.gateway.*")
                  .and(not(resideInAPackage("dev.keyledger.gateway.dialect"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.keyledger.gateway", "dev.keyledger.infra..", "org.apache.hc..")
          .allowEmptyShould(true);
}
