package dev.keyledger.command;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.keyledger.command.ledger.EventMetadata;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.ledger.WhenAppended;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.OrganizationState;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Date;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.axonframework.messaging.SubscribableMessageSource;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final String LEDGER = "dev.keyledger.command.ledger..";
  private static final String[] DOMAIN = {
    "dev.keyledger.command.organization..", "dev.keyledger.command.policy.."
  };
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.keyledger.command");

  /** Of any type that tells the time, unless a clock is handed in. */
  private static final DescribedPredicate<JavaMethodCall> READS_THE_TIME =
      DescribedPredicate.describe(
          "the time is read",
          call ->
              call.getName().equals("now")
                  && call.getTargetOwner().getPackageName().startsWith("java.time")
                  && call.getTarget().getRawParameterTypes().stream()
                      .noneMatch(type -> type.isEquivalentTo(Clock.class)));

  @Test
  void theDomainKnowsNoFramework() {
    classes()
        .that()
        .resideInAnyPackage(DOMAIN)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "java.lang..",
                    "java.io..",
                    "java.nio.charset",
                    "java.util..",
                    "java.time..",
                    "dev.keyledger.events..",
                    "dev.keyledger.kit.decide..",
                    "dev.keyledger.kit.keys..",
                    "dev.keyledger.kit.log..",
                    "dev.keyledger.kit.text..",
                    "dev.keyledger.client.address..",
                    "org.jspecify..")
                .or(resideInAnyPackage(DOMAIN)))
        .check(CLASSES);
  }

  /** It is decided as any other, and turned back behind its decision. */
  @Test
  void noDecisionAsksWhetherItIsADryRun() {
    noClasses()
        .that()
        .resideInAnyPackage(DOMAIN)
        .and()
        .doNotBelongToAnyOf(CommandContext.class)
        .should()
        .callMethod(CommandContext.class, "dryRun")
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
  void axonIsTheLedgersOwnAffair() {
    noClasses()
        .that()
        .resideOutsideOfPackage(LEDGER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.axonframework..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.keyledger.(**)").should().beFreeOfCycles().check(CLASSES);
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
            Date.class,
            Random.class,
            RandomGenerator.class,
            SecureRandom.class,
            UUID.class,
            ThreadLocalRandom.class)
        .orShould()
        .callMethodWhere(READS_THE_TIME)
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Math.class, "random")
        .check(CLASSES);
  }

  @Test
  void nothingReadsTheWallClockPastTheInjectedOne() {
    noClasses()
        .should()
        .callMethodWhere(READS_THE_TIME)
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callConstructor(Date.class)
        .orShould()
        .callMethodWhere(
            target(nameMatching("system.*|tick(Millis|Seconds|Minutes)"))
                .and(target(owner(assignableTo(Clock.class)))))
        .check(CLASSES);
  }

  @Test
  void controllersDecideNothingAndTouchNoDatabase() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.command.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework.jdbc..", "java.sql..", "javax.sql..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(OrganizationState.class)
        .check(CLASSES);
  }

  @Test
  void whatTheRelayKnowsOfTheLedgerIsThatItGrewAndHowItIsWritten() {
    noClasses()
        .that()
        .resideInAPackage("dev.keyledger.command.relay..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(LEDGER)
                .and(not(belongToAnyOf(WhenAppended.class, EventMetadata.class))))
        .check(CLASSES);
  }

  /** Every command takes the way through the bus: {@link Ledger} alone puts it there. */
  @Test
  void nothingSendsCommandsPastTheLedger() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Ledger.class)
        .should()
        .callMethodWhere(
            target(nameMatching("send|sendAndWait|dispatch"))
                .and(target(owner(resideInAPackage("org.axonframework.commandhandling..")))))
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
