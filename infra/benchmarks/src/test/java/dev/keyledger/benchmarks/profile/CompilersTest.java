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
  void aLivingJvmIsAsked() {
    Iterator<Long> times = List.of(0L, 10L, 20L).iterator();
    var compilers = new Compilers(List.of(ProcessHandle.current().pid()), times::next);

    assertThat(compilers.busy()).isNotNegative();
    assertThat(compilers.busy()).isNotNegative();
  }
}
