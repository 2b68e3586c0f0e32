package dev.keyledger.benchmarks.platform;

import dev.keyledger.events.policy.Policy;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import java.time.Clock;
import java.util.Map;

/** The platform's operator, who may do everything, signed in. */
public final class Operator {
  private static final SignIn SIGN_IN =
      new SignIn(
          "operator@keyledger.example",
          "a long enough benchmark passphrase",
          "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
          null);

  private final String accessToken;

  private Operator(String accessToken) {
    this.accessToken = accessToken;
  }

  /** Makes the operator by the way that only demonstration platforms have, and signs in. */
  public static Operator signIn(Platform platform, ServiceProcess tokenService, Clock clock) {
    Api api = Api.at(tokenService.uri());
    require(
        api.as(new InternalTokens(platform::keys, clock).make(ServicePair.SEEDER_TO_TOKEN))
            .post(
                "/internal/v1/demonstration/people",
                Map.of(
                    "email", SIGN_IN.email(),
                    "password", SIGN_IN.password(),
                    "totp_secret", String.valueOf(SIGN_IN.totpSecret()),
                    "operator", true)));
    return new Operator(require(SIGN_IN.at(api, clock)).text("access_token"));
  }

  public Api at(ServiceProcess service) {
    return Api.at(service.uri()).as(accessToken);
  }

  /** For requests that are written out beforehand. */
  public Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + accessToken);
  }

  /** Likewise, and the answer doesn't wait for the event to be in force. */
  public Map<String, String> headersWithoutWaiting() {
    return Map.of("Authorization", "Bearer " + accessToken, "Prefer", "wait=0");
  }

  /**
   * @param commands at command-service, as the operator
   * @return the id of the new organisation
   */
  public static String register(Api commands, String slug, Policy policy) {
    return require(
            commands.post(
                "/v1/organizations", Map.of("slug", slug, "name", slug, "policy", policy)))
        .text("id");
  }

  /**
   * @throws IllegalStateException with what refused it
   */
  public static Answer require(Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException("refused: " + answer);
    }
    return answer;
  }
}
