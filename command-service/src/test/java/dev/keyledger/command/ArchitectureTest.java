package dev.keyledger.command;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.keyledger.command.organization.Organization;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.axonframework.messaging.SubscribableMessageSource;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String[] DOMAIN = {
    "dev.keyledger.command.organization..", "dev.keyledger.command.policy.."
  };
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.keyledger.command");

  @Test
  void theDomainKnowsNoFrameworkButForTheRoot() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..",
            "java.sql..",
            "javax.sql..",
            "jakarta..",
            "dev.keyledger.subscriber..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .and()
        .doNotBelongToAnyOf(Organization.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.axonframework..")
        .check(CLASSES);
  }

  @Test
  void nothingComesBehindAnAppendThatCouldUndoIt() {
    noClasses()
        .should()
        .callMethodWhere(
            target(nameMatching("onPrepareCommit|onCommit"))
                .or(
                    target(owner(assignableTo(SubscribableMessageSource.class)))
                        .and(target(name("subscribe")))))
        .because("an event that is alone is committed when it is appended")
        .check(CLASSES);
  }

  @Test
  void theDomainReadsNoClockAndDrawsNoRandomness() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            Clock.class,
            Random.class,
            SecureRandom.class,
            UUID.class,
            java.util.concurrent.ThreadLocalRandom.class)
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void nobodyReadsTheWallClockPastTheInjectedOne() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .check(CLASSES);
  }

  @Test
  void controllersDecideNothingAndTouchNoDatabase() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.command.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework.jdbc..", "javax.sql..")
        .check(CLASSES);
  }

  @Test
  void theRelayReadsTheLedgerAndNothingWritesPastTheWayOfACommand() {
    classes()
        .that()
        .resideInAPackage("dev.keyledger.command.ledger..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideOutsideOfPackage("dev.keyledger.command.organization..")
        .check(CLASSES);
  }
}
