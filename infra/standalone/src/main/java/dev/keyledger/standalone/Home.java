package dev.keyledger.standalone;

import java.nio.file.Path;

/** The root of the built project, which the script names. */
final class Home {
  private Home() {}

  /**
   * @throws Problem when this was started by something else
   */
  static Path folder() {
    String home = System.getProperty("keyledger.home");
    if (home == null) {
      throw new Problem("start this by ./keyledger, which says where the project is.");
    }
    return Path.of(home);
  }
}
