package dev.keyledger.token;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.keyledger.token");

  @Test
  void identityAsksEnforcementAndNeverTheOtherWayRound() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.token.enforcement..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.keyledger.token.identity..")
        .check(CLASSES);
  }

  @Test
  void whatTheRoomsShareKnowsNeitherOfThem() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.token")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.keyledger.token.enforcement..", "dev.keyledger.token.identity..")
        .check(CLASSES);
  }

  @Test
  void noPackageDependsOnItselfByWayOfAnother() {
    slices().matching("dev.keyledger.token.(*)..").should().beFreeOfCycles().check(CLASSES);
    slices().matching("dev.keyledger.token.*.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageIsInOneOfTheRooms() {
    classes()
        .should()
        .resideInAnyPackage(
            "dev.keyledger.token",
            "dev.keyledger.token.enforcement..",
            "dev.keyledger.token.identity..")
        .check(CLASSES);
  }

  @Test
  void recordsAreSealedAndBelievedByTheKitAlone() {
    noClasses()
        .should()
        .callConstructorWhere(target(owner(assignableTo(Producer.class))))
        .orShould()
        .callMethodWhere(
            target(owner(assignableTo(ConsumerRecord.class))).and(target(name("value"))))
        .check(CLASSES);
  }

  @Test
  void topicsAreFollowedByTheKitsFollowerAlone() {
    noClasses()
        .should()
        .callMethodWhere(target(owner(assignableTo(Consumer.class))).and(target(name("poll"))))
        .check(CLASSES);
  }

  @Test
  void theStateThatDecisionsReadIsMovedByNoClock() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.token.enforcement.access")
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
            "dev.keyledger.token.enforcement.access",
            "dev.keyledger.token.enforcement.tokens",
            "dev.keyledger.token.enforcement.usage",
            "dev.keyledger.token.enforcement.http")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("java.sql..", "org.springframework.jdbc..")
        .check(CLASSES);
  }

  /** A scheduler ends for ever, and without a word, what has thrown once. */
  @Test
  void whatComesAgainAndAgainOutlivesItsFailures() {
    noClasses()
        .should()
        .callMethodWhere(
            target(owner(assignableTo(ScheduledExecutorService.class)))
                .and(target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate"))))
        .check(CLASSES);
  }
}
