package dev.keyledger.standalone;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.standalone.Demonstration.DemoOrganization;
import dev.keyledger.subscriber.internal.InternalTokens;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the demonstration data through the public API, as an operator would; only passwords and
 * TOTP secrets that everybody knows are set by an internal call that exists in a demonstration
 * alone. Every step can be taken again, so an interrupted run is finished by the next.
 */
final class Seeder {
  private final DataFolder data;
  private final Api api;
  private final Api operator;
  private final Api tokenService;
  private final InternalTokens internalTokens;

  private Seeder(DataFolder data, Ports ports, Clock clock) {
    this.data = data;
    this.api = Api.at(ports.baseUrl());
    this.tokenService = Api.at(ports.uriOf(Service.TOKEN));
    this.internalTokens = new InternalTokens(data::serverKeys, clock);
    person(Demonstration.OPERATOR, Demonstration.TOTP_SECRET, true);
    var signIn =
        new SignIn(Demonstration.OPERATOR, Demonstration.PASSWORD, Demonstration.TOTP_SECRET, null);
    this.operator =
        api.as(require("the operator's sign-in", signIn.at(api, clock)).text("access_token"));
  }

  /** Makes the operator and signs in as they do. */
  static Seeder signedIn(DataFolder data, Ports ports, Clock clock) {
    return new Seeder(data, ports, clock);
  }

  /** The key of the downstream service, made now if there is none yet. */
  String downstreamKey() {
    return data.downstreamKey().orElseGet(this::platformService);
  }

  void seedOrganizations() {
    Demonstration.ORGANIZATIONS.forEach(this::organization);
    data.seeded();
  }

  private String platformService() {
    Answer made =
        require(
            "the downstream service's key",
            operator.post(
                "/v1/platform/services",
                Map.of("name", "demonstration downstream", "permissions", List.of("keys.verify"))));
    data.keepDownstreamKey(made.text("secret"));
    return made.text("secret");
  }

  private void organization(DemoOrganization organization) {
    String path = "/v1/organizations/" + organization.slug();
    Answer registered =
        operator.post(
            "/v1/organizations",
            Map.of(
                "slug",
                organization.slug(),
                "name",
                organization.name(),
                "preset",
                organization.preset()));
    if (registered.status() != 409) {
      require(organization.slug(), registered);
    }
    unlessDone(organization.slug(), operator.post(path + "/verify"));
    if (organization.live()) {
      unlessDone(organization.slug(), operator.post(path + "/enable-live"));
    }
    for (String role : Demonstration.ROLES) {
      member(path, organization, role);
    }
  }

  private void member(String path, DemoOrganization organization, String role) {
    String email = organization.email(role);
    String totp = organization.secondStep() ? Demonstration.TOTP_SECRET : null;
    Map<String, String> open = data.openInvitations();
    if (!open.containsKey(email)) {
      Answer added = operator.post(path + "/members", Map.of("email", email, "role", role));
      if (added.status() == 409) {
        // A member already: added by a run that was interrupted after it had been accepted.
        person(email, totp, false);
        return;
      }
      open.put(email, require(email, added).text("invitation_token"));
      data.keepOpenInvitations(open);
    }
    Answer accepted =
        api.post(
            "/v1/invitations/accept",
            Map.of("token", open.get(email), "password", Demonstration.PASSWORD));
    require(email + "'s invitation", accepted);
    open.remove(email);
    data.keepOpenInvitations(open);
    person(email, totp, false);
  }

  private void person(String email, @Nullable String totpSecret, boolean operator) {
    var body = new TreeMap<String, Object>();
    body.put("email", email);
    body.put("password", Demonstration.PASSWORD);
    if (totpSecret != null) {
      body.put("totp_secret", totpSecret);
    }
    if (operator) {
      body.put("operator", true);
    }
    require(
        email,
        tokenService
            .as(internalTokens.make("standalone"))
            .post("/internal/v1/demonstration/people", body));
  }

  private static void unlessDone(String what, Answer answer) {
    if (answer.status() != 409) {
      require(what, answer);
    }
  }

  private static Answer require(String what, Answer answer) {
    if (!answer.isSuccess()) {
      throw new Problem("demonstration data: " + what + " was refused (" + answer.problem() + ").");
    }
    return answer;
  }
}
