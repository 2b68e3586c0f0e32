package dev.keyledger.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.keyledger.gateway.dialect.Dialect;
import java.util.Set;
import java.util.TreeSet;

/**
 * Arrows run from a dialect to what dialects share, and from there to what forwards. A package is a
 * dialect when a {@link Dialect} is in it.
 */
@AnalyzeClasses(
    packages = "dev.keyledger.gateway",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.keyledger.gateway";
  private static final String SHARED = Dialect.class.getPackageName();

  /** What it may know of the platform is listed: a new package is none of its business. */
  @ArchTest
  static final ArchRule itForwardsAndDecidesNothing =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.keyledger..")
                  .and(
                      resideOutsideOfPackages(
                          ROOT + "..",
                          "dev.keyledger.kit.web..",
                          "dev.keyledger.kit.api..",
                          "dev.keyledger.client",
                          "dev.keyledger.client.spring")))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "org.springframework.jdbc..",
              "org.apache.kafka..",
              "org.springframework.kafka..",
              "org.axonframework..",
              "io.jsonwebtoken..");

  @ArchTest
  static final ArchRule whatForwardsKnowsNoDialect =
      noClasses()
          .that()
          .resideInAPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".*..");

  @ArchTest
  static final ArchRule whatDialectsShareKnowsNoneOfThem =
      noClasses()
          .that()
          .resideInAPackage(SHARED + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + ".*..").and(resideOutsideOfPackages(SHARED + "..")));

  @ArchTest
  static void aDialectKnowsNoOtherAndOfTheGatewayOnlyWhatDialectsShare(JavaClasses classes) {
    for (String dialect : dialects(classes)) {
      noClasses()
          .that()
          .resideInAPackage(dialect + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "..")
                  .and(resideOutsideOfPackages(dialect + "..", SHARED + "..")))
          .check(classes);
    }
  }

  /** Spring finds it: whatever else there will be beside dialects names none of them either. */
  @ArchTest
  static void nothingOutsideOfADialectKnowsIt(JavaClasses classes) {
    for (String dialect : dialects(classes)) {
      noClasses()
          .that()
          .resideOutsideOfPackage(dialect + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(dialect + "..")
          .check(classes);
    }
  }

  @ArchTest
  static void aDialectReachesTheServicesByTheMachineryAlone(JavaClasses classes) {
    for (String dialect : dialects(classes)) {
      noClasses()
          .that()
          .resideInAPackage(dialect + "..")
          .should()
          .dependOnClassesThat(connects())
          .check(classes);
    }
  }

  private static DescribedPredicate<JavaClass> connects() {
    return resideInAnyPackage(
            "org.apache.hc..",
            "java.net.http..",
            "org.springframework.http.client..",
            "org.springframework.web.client..",
            "org.springframework.web.reactive..")
        .or(
            describe(
                "open connections",
                type ->
                    Set.of("java.net.Socket", "java.net.URL", "java.net.URLConnection")
                        .contains(type.getName())));
  }

  /** The packages that have one each; that there is any is checked, or the rules would be idle. */
  private static Set<String> dialects(JavaClasses classes) {
    var packages = new TreeSet<String>();
    for (JavaClass type : classes) {
      if (type.isAssignableTo(Dialect.class) && !type.isEquivalentTo(Dialect.class)) {
        packages.add(type.getPackageName());
      }
    }
    assertThat(packages)
        .hasSizeGreaterThanOrEqualTo(4)
        .doesNotContain(ROOT, SHARED)
        .allMatch(name -> name.startsWith(ROOT + "."));
    return packages;
  }
}
