package dev.keyledger.benchmarks.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompilersTest {

  @Test
  void ticksAreTurnedIntoNanoseconds() {
    assertThat(
            Compilers.nanosIn(
                List.of(
                    "41:",
                    "sun.ci.osrTime=50",
                    "sun.ci.standardTime=450",
                    "sun.os.hrt.frequency=1000000")))
        .isEqualTo(500_000);
  }

  @Test
  void whatAJvmDoesNotSayIsNotTakenForNothing() {
    assertThatThrownBy(() -> Compilers.nanosIn(List.of("sun.os.hrt.frequency=1000000")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sun.ci.standardTime");
  }

  @Test
  void onlyWhatCameSinceTheLastQuestionCounts() {
    Iterator<Long> compiled = List.of(1_000L, 1_050L, 1_070L).iterator();
    Iterator<Long> times = List.of(0L, 100L, 300L).iterator();
    var compilers = new Compilers(compiled::next, times::next);

    assertThat(compilers.busy()).isEqualTo(0.5);
    assertThat(compilers.busy()).isEqualTo(0.1);
  }

  @Test
  void aLivingJvmHasCompiledSomething() {
    assertThat(Compilers.compiledBy(List.of(ProcessHandle.current().pid()))).isPositive();
  }
}
