package dev.keyledger.testing;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Who acts in a suite: the operator, and members of organisations that a test makes. */
public final class People {
  public static final String PASSWORD = "an honest long pass phrase 7";
  public static final String TOTP_SECRET = "JBSWY3DPEHPK3PXP";

  private static final String OPERATOR = "operator@keyledger.test";
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

  private final Cluster cluster;
  private final AtomicInteger made = new AtomicInteger();
  private @Nullable Answer operatorSession;
  private Instant operatorSessionAt = Instant.EPOCH;

  People(Cluster cluster) {
    this.cluster = cluster;
  }

  /** A person's place in an organisation, signed in. */
  public record Member(String id, String email, String role, String token, Api api) {
    @Override
    public String toString() {
      return email;
    }
  }

  /** An organisation that a test made for itself. */
  public record Organization(String id, String slug, String preset) {
    public String path() {
      return "/v1/organizations/" + slug;
    }
  }

  /** The base URL as the operator, whose session is renewed when time has moved on. */
  public synchronized Api operator() {
    return cluster.gateway().as(operatorToken());
  }

  /** The operator's access token, good for minutes. */
  public synchronized String operatorToken() {
    Instant now = cluster.clock().instant();
    if (operatorSession == null || now.isAfter(operatorSessionAt.plus(TOKEN_LIFE))) {
      operatorSession = renewedOperatorSession();
      operatorSessionAt = now;
    }
    return operatorSession.text("access_token");
  }

  /** A refresh spares the second step, whose code works once in half a minute. */
  private Answer renewedOperatorSession() {
    if (operatorSession != null) {
      String refreshToken = operatorSession.text("refresh_token");
      Answer refreshed =
          entrance().post("/v1/sessions/refresh", Map.of("refresh_token", refreshToken));
      if (refreshed.isSuccess()) {
        return refreshed;
      }
    } else {
      set(OPERATOR, PASSWORD, TOTP_SECRET, true);
    }
    return require(
        "the operator's sign-in",
        new SignIn(OPERATOR, PASSWORD, TOTP_SECRET, null).at(entrance(), cluster.clock()));
  }

  /** An organisation on that preset, verified and live. */
  public Organization liveOrganization(String preset) {
    Organization organization = organization(preset);
    require("verify", operator().post(organization.path() + "/verify"));
    require("enable-live", operator().post(organization.path() + "/enable-live"));
    return organization;
  }

  /** An organisation on that preset, just registered. */
  public Organization organization(String preset) {
    String slug = "test-" + made.incrementAndGet() + "-" + preset;
    Answer answer =
        require(
            "registration",
            operator()
                .post("/v1/organizations", Map.of("slug", slug, "name", slug, "preset", preset)));
    return new Organization(answer.text("id"), slug, preset);
  }

  /** A new person with that role, invited, accepted and signed in. */
  public Member join(Organization organization, String role) {
    String email = role + made.incrementAndGet() + "@" + organization.slug() + ".test";
    Answer added =
        require(
            "invitation",
            operator()
                // Whom token-service hasn't heard of can't accept.
                .with("Prefer", "wait=10")
                .post(organization.path() + "/members", Map.of("email", email, "role", role)));
    require(
        "acceptance",
        entrance()
            .post(
                "/v1/invitations/accept",
                Map.of("token", added.text("invitation_token"), "password", PASSWORD)));
    return signIn(organization, memberId(added), email, role);
  }

  private static String memberId(Answer added) {
    return added.node("member").isObject() ? added.text("member.id") : added.text("member");
  }

  private Member signIn(Organization organization, String id, String email, String role) {
    Answer session = session(organization, email);
    String token = session.text("access_token");
    return new Member(id, email, role, token, cluster.gateway().as(token));
  }

  /** Signs in once more; the answer holds both tokens. */
  public Answer session(Organization organization, String email) {
    return require(
        email,
        new SignIn(email, PASSWORD, null, organization.slug()).at(entrance(), cluster.clock()));
  }

  /** The key of a new platform service. */
  public String platformService(String name, List<String> permissions) {
    return require(
            "platform service",
            operator()
                .post("/v1/platform/services", Map.of("name", name, "permissions", permissions)))
        .text("secret");
  }

  /** Sets what everybody in a suite knows; by the internal call of a demonstration. */
  public void set(String email, String password, @Nullable String totpSecret, boolean operator) {
    var body = new TreeMap<String, Object>();
    body.put("email", email);
    body.put("password", password);
    if (totpSecret != null) {
      body.put("totp_secret", totpSecret);
    }
    if (operator) {
      body.put("operator", true);
    }
    String token =
        new InternalTokens(cluster::serverKeys, cluster.clock()).make(ServicePair.SEEDER_TO_TOKEN);
    require(
        email,
        cluster.api(Service.TOKEN, 0).as(token).post("/internal/v1/demonstration/people", body));
  }

  /** Where people sign in: the gateway, or token-service in a layout without one. */
  private Api entrance() {
    return cluster.replicas(Service.GATEWAY).isEmpty()
        ? cluster.api(Service.TOKEN, 0)
        : cluster.gateway();
  }

  static Answer require(String what, Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException(what + " was refused: " + answer);
    }
    return answer;
  }
}
