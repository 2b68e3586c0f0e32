package dev.keyledger.delivery;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;

@AnalyzeClasses(
    packages = "dev.keyledger.delivery",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule noPartDependsOnItselfByWayOfAnother =
      slices().matching("dev.keyledger.delivery.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theOtherServicesAreOnlyKnownByTheirEvents =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.command..",
              "dev.keyledger.query..",
              "dev.keyledger.token..",
              "dev.keyledger.gateway..");

  @ArchTest
  static final ArchRule feedsAreServedFromMemoryAndWaitForNoDatabase =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.keyledger.delivery.feed..",
              "dev.keyledger.delivery.followers..",
              "dev.keyledger.delivery.http..",
              "dev.keyledger.delivery.events..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..");

  @ArchTest
  static final ArchRule topicsAreFollowedByTheKitsFollowerAlone =
      noClasses()
          .should()
          .callMethodWhere(target(owner(assignableTo(Consumer.class))).and(target(name("poll"))));

  @ArchTest
  static final ArchRule recordsAreSealedAndBelievedByTheKitAlone =
      noClasses()
          .should()
          .callConstructorWhere(target(owner(assignableTo(Producer.class))))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(ConsumerRecord.class))).and(target(name("value"))));

  /** A scheduler ends for ever, and without a word, what has thrown once. */
  @ArchTest
  static final ArchRule whatComesAgainAndAgainOutlivesItsFailures =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(ScheduledExecutorService.class)))
                  .and(target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate"))));
}
