package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuideTest {
  @Test
  void namesTheBaseUrlEveryAccountAndFiveLines(@TempDir Path folder) {
    try (DataFolder data =
        DataFolder.open(folder.resolve("data"), false, Duration.ZERO, said -> {})) {
      var guide = new Guide(URI.create("http://localhost:8080"), data);
      assertThat(guide.lines())
          .hasSize(5)
          .allSatisfy(line -> assertThat(line).contains("curl -s").doesNotContain("\n"));
      assertThat(guide.text())
          .contains("Keyledger is ready at http://localhost:8080")
          .contains("operator@keyledger.example")
          .contains("http://sandbox.localhost:8080")
          .contains("keyledger-demo-2026")
          .contains("JBSWY3DPEHPK3PXP")
          .contains(
              "@incard-demo.example",
              "@incrm-demo.example",
              "@syncgram-demo.example",
              "@octopus-demo.example")
          .doesNotContain("%d", "%s");
    }
  }
}
