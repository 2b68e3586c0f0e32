package dev.keyledger.standalone;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.standalone.Demonstration.DemoOrganization;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the demonstration data through the public API, as an operator would; only passwords and
 * TOTP secrets that everybody knows are set, and memberships accepted, by an internal call that
 * exists in a demonstration alone. Every step can be taken again and keeps nothing between runs, so
 * that the next run finishes one that was interrupted anywhere.
 */
final class Seeder {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final DataFolder data;
  private final Api operator;
  private final Api tokenService;
  private final InternalTokens internalTokens;

  private Seeder(DataFolder data, Ports ports, Clock clock) {
    this.data = data;
    Api api = Api.at(ports.baseUrl());
    this.tokenService = Api.at(ports.uriOf(Service.TOKEN));
    this.internalTokens = new InternalTokens(data::serverKeys, clock);
    require(
        "the operator",
        person(Demonstration.OPERATOR, Demonstration.TOTP_SECRET, Map.of("operator", true)));
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

  /** A run that is interrupted before it has kept the secret gets the same one again. */
  private String platformService() {
    Answer made =
        require(
            "the downstream service's key",
            operator
                .with("Idempotency-Key", "demonstration-downstream")
                .post(
                    "/v1/platform/services",
                    Map.of(
                        "name",
                        "demonstration downstream",
                        "permissions",
                        List.of("keys.verify"))));
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
    unlessDone(
        email,
        operator
            .with("Prefer", "wait=30")
            .post(path + "/members", Map.of("email", email, "role", role)));
    // At once as a rule; one that an interrupted run has added may still be under way.
    long begun = System.nanoTime();
    while (require(email, person(email, totp, Map.of("accept_memberships", true)))
        .node("members")
        .isEmpty()) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new Problem("demonstration data: " + email + "'s membership didn't come into force.");
      }
      pause();
    }
  }

  private Answer person(String email, @Nullable String totpSecret, Map<String, Object> more) {
    var body = new TreeMap<String, Object>(more);
    body.put("email", email);
    body.put("password", Demonstration.PASSWORD);
    if (totpSecret != null) {
      body.put("totp_secret", totpSecret);
    }
    return tokenService
        .as(internalTokens.make(ServicePair.SEEDER_TO_TOKEN))
        .post("/internal/v1/demonstration/people", body);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("demonstration data: interrupted.", e);
    }
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
