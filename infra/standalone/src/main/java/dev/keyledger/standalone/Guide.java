package dev.keyledger.standalone;

import dev.keyledger.standalone.Demonstration.DemoOrganization;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/** What a new user reads when the platform is ready: where, who, and five lines to try. */
final class Guide {
  private static final String DEMO = "incrm-demo";

  private final URI base;
  private final DataFolder data;

  Guide(URI base, DataFolder data) {
    this.base = base;
    this.data = data;
  }

  String text() {
    return """

    Keyledger is ready at %s

    Demonstration accounts, for this machine only. Every password is %s
      operator   %s   (TOTP secret %s)
    %s
    http://sandbox.localhost:%d takes credentials for sandbox and test alone,
    http://production.localhost:%d those for production and live, localhost all.

    Try it, line by line in one shell:

    %s

    Logs are in %s. Ctrl-C ends everything; the data stays.
    """
        .formatted(
            base,
            Demonstration.PASSWORD,
            Demonstration.OPERATOR,
            Demonstration.TOTP_SECRET,
            accounts(),
            base.getPort(),
            base.getPort(),
            String.join("\n\n", lines()),
            data.path().resolve("logs"));
  }

  private static String accounts() {
    String roles = String.join(", ", Demonstration.ROLES);
    return Demonstration.ORGANIZATIONS.stream()
        .map(organization ->
            "  " + roles + "   …@" + organization.slug() + ".example" + note(organization) + "\n")
        .collect(Collectors.joining());
  }

  private static String note(DemoOrganization organization) {
    return organization.secondStep() ? "   (TOTP secret " + Demonstration.TOTP_SECRET + ")" : "";
  }

  /** Sign in, create a key, use it, revoke it, read the history. */
  List<String> lines() {
    String organization = base + "/v1/organizations/" + DEMO;
    return List.of(
        """
        TOKEN=$(curl -s %s/v1/sessions -H 'Content-Type: application/json' -d '{"email":"owner@%s.example","password":"%s"}' | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')\
        """
            .formatted(base, DEMO, Demonstration.PASSWORD),
        """
        KEY=$(curl -s %s/keys -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"name":"my first key","environment":"live"}'); echo "$KEY\"\
        """
            .formatted(organization),
        """
        curl -s %s/api/v1/client -H "X-Api-Key: $(echo "$KEY" | sed -E 's/.*"secret":"([^"]+)".*/\\1/')\"\
        """
            .formatted(base),
        """
        curl -s -X POST %s/keys/$(echo "$KEY" | grep -oE 'key_[0-9a-f-]+' | head -n 1)/revoke -H "Authorization: Bearer $TOKEN\"\
        """
            .formatted(organization),
        """
        curl -s "%s/events?limit=5" -H "Authorization: Bearer $TOKEN\"\
        """
            .formatted(organization));
  }
}
