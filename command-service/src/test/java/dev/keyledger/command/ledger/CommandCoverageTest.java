package dev.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandCoverageTest {
  private sealed interface Family {}

  private sealed interface Branch extends Family {}

  private record Handled() implements Family {}

  private record Deep() implements Branch {}

  @Test
  void aCommandWithoutAHandlerStopsTheStart() {
    assertThatThrownBy(() -> CommandCoverage.check(Family.class, Set.of(Handled.class.getName())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Deep.class.getName())
        .hasMessageNotContaining(Handled.class.getName());
  }

  @Test
  void aFamilyWhoseCommandsAllHaveOneIsFine() {
    assertThatCode(() ->
            CommandCoverage.check(
                Family.class, Set.of(Handled.class.getName(), Deep.class.getName())))
        .doesNotThrowAnyException();
  }
}
