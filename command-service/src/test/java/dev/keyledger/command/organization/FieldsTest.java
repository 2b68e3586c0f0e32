package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static dev.keyledger.command.organization.Given.PRESETS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.UpdateKey;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.organization.StandingCommand.SetIpAllowlist;
import dev.keyledger.command.organization.StandingCommand.SetPolicy;
import dev.keyledger.command.organization.StandingCommand.Suspend;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.policy.Policy;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A command whose fields are not valid can't be made, and says which field it is. */
class FieldsTest {
  private static final String FACE = "😀";
  private static final CommandContext BY = Given.anOrganizationOn("standard").by(OPERATOR);
  private static final Policy STANDARD = PRESETS.find("standard").orElseThrow();

  /** What every text that people name things by may be. */
  private static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of("", false),
        Arguments.of(" \t", false),
        Arguments.of("a", true),
        Arguments.of("x".repeat(255), true),
        Arguments.of("x".repeat(256), false),
        Arguments.of(FACE.repeat(255), true),
        Arguments.of(FACE.repeat(256), false),
        Arguments.of("line\nbreak", false),
        Arguments.of("null\0", false),
        Arguments.of("half of a pair: \ud800", false),
        Arguments.of("the other half: \udfff", false),
        Arguments.of("beside pairs: \ud7fb \uf900", true),
        Arguments.of("\u00a0\u3000", false),
        Arguments.of("prod\u200b", false),
        Arguments.of("\u202eyek tset", false));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameIsTextOfAtMost255Characters(String name, boolean good) {
    assertField("name", good, () -> registration("acme", name, STANDARD));
    assertField("name", good, () -> creation(name, List.of()));
    assertField("name", good, () -> new UpdateKey(ORGANIZATION, BY, Given.keyId(), name, null));
  }

  private static Stream<Arguments> reasons() {
    return Stream.of(
        Arguments.of(null, true),
        Arguments.of("", true),
        Arguments.of(FACE.repeat(200), true),
        Arguments.of("x".repeat(201), false),
        Arguments.of("line\nbreak", false),
        Arguments.of("a lea\u202eked key", false));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void aReasonIsTextOfAtMost200CharactersOrNone(String reason, boolean good) {
    assertField("reason", good, () -> new Suspend(ORGANIZATION, BY, reason));
    assertField("reason", good, () -> new RevokeKey(ORGANIZATION, BY, Given.keyId(), reason));
  }

  private static Stream<Arguments> slugs() {
    return Stream.of(
        Arguments.of("a".repeat(63), true),
        Arguments.of("a".repeat(64), false),
        Arguments.of("a" + "-b".repeat(31), true),
        Arguments.of("a" + "-b".repeat(32), false),
        Arguments.of("ab", true));
  }

  @ParameterizedTest
  @MethodSource("slugs")
  void aSlugHasTwoToSixtyThreeCharacters(String slug, boolean good) {
    assertField("slug", good, () -> registration(slug, "Acme", STANDARD));
  }

  @Test
  void aKeyHasAHundredScopesAtMost() {
    List<String> scopes = IntStream.range(0, 101).mapToObj(i -> "clients.read" + i).toList();
    assertField("scopes", true, () -> creation("k", scopes.subList(0, 100)));
    assertField("scopes", false, () -> creation("k", scopes));
    assertField("scopes", false, () -> narrowing(scopes));
    assertField("scopes", false, () -> narrowing(List.of("clients")));
  }

  @Test
  void anAllowlistHas256RangesAtMost() {
    List<String> ranges = IntStream.range(0, 257).mapToObj(i -> "10.0." + i / 2 + ".0").toList();
    assertField("cidrs", true, () -> allowlist(ranges.subList(0, 256)));
    assertField("cidrs", false, () -> allowlist(ranges));
  }

  @Test
  void aPolicyThatMakesNoSenseNamesWhereItMakesNone() {
    Policy none = Policies.withLimit(STANDARD, 0);
    assertField("policy.keys.limit.maximum", false, () -> registration("acme", "Acme", none));
    assertField("keys.limit.maximum", false, () -> new SetPolicy(ORGANIZATION, BY, none));
  }

  private static void assertField(String field, boolean good, Runnable making) {
    Consumer<Throwable> named =
        thrown ->
            assertThat(((RefusedException) thrown).refusal())
                .isInstanceOfSatisfying(
                    InvalidField.class, refusal -> assertThat(refusal.field()).isEqualTo(field));
    if (good) {
      assertThatNoException().isThrownBy(making::run);
    } else {
      assertThatThrownBy(making::run).isInstanceOf(RefusedException.class).satisfies(named);
    }
  }

  private static Register registration(String slug, String name, Policy policy) {
    return new Register(ORGANIZATION, BY, slug, name, OrganizationKind.STANDARD, null, policy);
  }

  private static CreateKey creation(String name, List<String> scopes) {
    return new CreateKey(
        ORGANIZATION, BY, Given.keyId(), name, "live", scopes, null, null, Given.secret());
  }

  private static UpdateKey narrowing(List<String> scopes) {
    return new UpdateKey(ORGANIZATION, BY, Given.keyId(), null, scopes);
  }

  private static SetIpAllowlist allowlist(List<String> ranges) {
    return new SetIpAllowlist(ORGANIZATION, BY, ranges, List.of(), false);
  }
}
