package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testing.DescribedEndpoints;
import org.junit.jupiter.api.Test;

class DescriptionTest extends CommandServiceTest {
  @Test
  void everyEndpointIsDescribed() {
    assertThat(DescribedEndpoints.missing(one.context())).isEmpty();
  }
}
