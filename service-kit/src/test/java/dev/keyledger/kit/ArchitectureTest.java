package dev.keyledger.kit;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.keyledger.kit.kafka.TopicFollower;
import org.apache.kafka.clients.consumer.Consumer;

@AnalyzeClasses(
    packages = "dev.keyledger.kit",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule noPackageRunsInCircles =
      slices().matching("dev.keyledger.kit.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyFollowersKnowKafka =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.keyledger.kit.revocations",
              "dev.keyledger.kit.kafka",
              "dev.keyledger.kit.receipts")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule onlyTheFollowerPolls =
      noClasses()
          .that()
          .doNotBelongToAnyOf(TopicFollower.class)
          .should()
          .callMethodWhere(target(owner(assignableTo(Consumer.class))).and(target(name("poll"))));

  @ArchTest
  static final ArchRule itKnowsNoService =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.command..",
              "dev.keyledger.query..",
              "dev.keyledger.token..",
              "dev.keyledger.gateway..");
}
