package dev.keyledger.query;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

@AnalyzeClasses(
    packages = "dev.keyledger.query",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule knowsNothingOfCommands =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.keyledger.command..",
              "dev.keyledger.token..",
              "dev.keyledger.gateway..",
              "org.axonframework..");

  @ArchTest
  static final ArchRule writesToNoTopic =
      noClasses().should().dependOnClassesThat().areAssignableTo(Producer.class);

  @ArchTest
  static final ArchRule readsNoClockButTheOneItIsGiven =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule arrowsBetweenPackagesRunOneWay =
      slices().matching("dev.keyledger.query.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule projectionKnowsNoReads =
      noClasses()
          .that()
          .resideInAnyPackage("..query.projection..", "..query.versions..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..query.views..", "..query.people..", "..query.usage..");

  @ArchTest
  static final ArchRule readsKnowOfTheProjectionOnlyWhichVersionServes =
      noClasses()
          .that()
          .resideInAPackage("..query.views..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..query.projection..",
              "..query.kafka..",
              "..query.database..",
              "..query.usage..",
              "..query.operator..");

  @ArchTest
  static final ArchRule theFoldKnowsNoDatabaseNoBrokerAndNoFramework =
      noClasses()
          .that()
          .resideInAPackage("..query.projection.fold..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "java.sql..",
                      "javax.sql..",
                      "org.postgresql..",
                      "org.apache.kafka..",
                      "org.springframework..",
                      "dev.keyledger.kit..",
                      "dev.keyledger.client..")
                  // Plain functions of bytes, which know none of it either.
                  .and(not(resideInAPackage("dev.keyledger.kit.log"))));

  @ArchTest
  static final ArchRule theClientOfPeoplesKeysCouldMove =
      noClasses()
          .that()
          .resideInAPackage("..query.people..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.keyledger.query..")
                  .and(DescribedPredicate.not(resideInAPackage("..query.people.."))));

  @ArchTest
  static final ArchRule recordsAreSealedAndBelievedByTheKitAlone =
      noClasses()
          .should()
          .callConstructorWhere(target(owner(assignableTo(Producer.class))))
          .orShould()
          .callMethodWhere(
              target(owner(assignableTo(ConsumerRecord.class))).and(target(name("value"))));

  @ArchTest
  static final ArchRule topicsAreFollowedByTheKitsFollowerAlone =
      noClasses()
          .that()
          // It reads a topic once through and applies nothing: it is no follower.
          .doNotHaveFullyQualifiedName("dev.keyledger.query.check.TopicCheck")
          .should()
          .callMethodWhere(target(owner(assignableTo(Consumer.class))).and(target(name("poll"))));

  @ArchTest
  static final ArchRule viewsNeverWrite =
      noClasses()
          .that()
          .resideInAPackage("..query.views..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(JdbcOperations.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(DataSource.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Connection.class)
          .orShould()
          .callMethod(JdbcClient.StatementSpec.class, "update");

  /** A component of ours wires itself; what remains has an argument that the method chose. */
  @ArchTest
  static final ArchRule beanMethodsMakeOnlyWhatIsChosenThere =
      methods()
          .that()
          .areAnnotatedWith(Bean.class)
          .should()
          .notHaveRawReturnType(
              resideInAPackage("dev.keyledger.query..")
                  .and(DescribedPredicate.not(resideInAPackage("..query.people.."))));

  @ArchTest
  static void aSimpleNameStandsForOneType(JavaClasses classes) {
    Map<String, TreeSet<String>> names = new TreeMap<>();
    for (JavaClass type : classes) {
      if (!type.isAnonymousClass()
          && !type.getSimpleName().isEmpty()
          && !type.getModifiers().contains(JavaModifier.SYNTHETIC)) {
        names
            .computeIfAbsent(type.getSimpleName(), name -> new TreeSet<>())
            .add(type.getFullName());
      }
    }
    names.values().removeIf(types -> types.size() == 1);
    assertThat(names).isEmpty();
  }

  @Test
  void noStatementNamesAnotherServicesSchema() throws IOException {
    try (var files = Files.walk(Path.of("src/main"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("(?i)(from|join|into|update|on) (command|token)\\.");
      }
    }
  }

  @Test
  void noStatementOfTheViewsWrites() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java/dev/keyledger/query/views"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern(
                "(?i)\\b(insert\\s+into|update\\s+\\w+@?\\s+set|delete\\s+from|truncate|copy\\s+\\w+@)");
      }
    }
  }

  /** A scheduler ends for ever, and without a word, what has thrown once. */
  @ArchTest
  static final ArchRule whatComesAgainAndAgainOutlivesItsFailures =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(ScheduledExecutorService.class)))
                  .and(target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate"))));
}
