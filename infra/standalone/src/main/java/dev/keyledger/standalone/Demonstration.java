package dev.keyledger.standalone;

import java.util.List;

/** Who and what {@code ./keyledger up} makes on an empty data folder. */
final class Demonstration {
  static final String PASSWORD = "keyledger-demo-2026";
  static final String TOTP_SECRET = "JBSWY3DPEHPK3PXP";
  static final String OPERATOR = "operator@keyledger.example";
  static final List<String> ROLES = List.of("owner", "developer", "auditor", "employee");

  /**
   * @param live whether it is taken beyond verification
   * @param secondStep whether its people sign in with a code too
   */
  record DemoOrganization(
      String slug, String name, String preset, boolean live, boolean secondStep) {
    String email(String role) {
      return role + "@" + slug + ".example";
    }
  }

  static final List<DemoOrganization> ORGANIZATIONS =
      List.of(
          new DemoOrganization("incard-demo", "Incard Demo", "incard", true, false),
          new DemoOrganization("incrm-demo", "InCRM Demo", "incrm", true, false),
          new DemoOrganization("syncgram-demo", "Syncgram Demo", "syncgram-pay", true, true),
          new DemoOrganization("octopus-demo", "Octopus Demo", "octopus-cards", false, false));

  private Demonstration() {}
}
