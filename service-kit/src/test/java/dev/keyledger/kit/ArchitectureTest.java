package dev.keyledger.kit;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.keyledger.client.RequestContext;
import dev.keyledger.kit.kafka.TopicFollower;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;

@AnalyzeClasses(
    packages = "dev.keyledger.kit",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule noPackageRunsInCircles =
      slices().matching("dev.keyledger.kit.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyFollowersAndPublishersKnowKafka =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.keyledger.kit.counts",
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

  /** The same decision is token-service's of this moment and query-service's of a past one. */
  @ArchTest
  static final ArchRule decisionsKnowOnlyTheVocabularyAndAddresses =
      classes()
          .that()
          .resideInAPackage("dev.keyledger.kit.decide")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "java.lang..",
                      "java.util..",
                      "java.time..",
                      "org.jspecify..",
                      "inet.ipaddr..",
                      "dev.keyledger.events..",
                      "dev.keyledger.client.address",
                      "dev.keyledger.kit.decide")
                  .or(type(RequestContext.class)));

  @ArchTest
  static final ArchRule decisionsReadNoClock =
      noClasses()
          .that()
          .resideInAPackage("dev.keyledger.kit.decide")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

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

  /** A scheduler ends for ever, and without a word, what has thrown once. */
  @ArchTest
  static final ArchRule whatComesAgainAndAgainOutlivesItsFailures =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Recurring.class)
          .should()
          .callMethodWhere(
              target(owner(assignableTo(ScheduledExecutorService.class)))
                  .and(target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate"))));
}
