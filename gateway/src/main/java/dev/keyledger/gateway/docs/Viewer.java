package dev.keyledger.gateway.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which version of the viewer is on the class path: its files' folder has it in its name. */
final class Viewer {
  static final String VERSION = version();

  private Viewer() {}

  private static String version() {
    var about = new Properties();
    try (InputStream in =
        Viewer.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      about.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return about.getProperty("version");
  }
}
