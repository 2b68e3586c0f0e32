package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.web.MediaTypes;
import dev.keyledger.kit.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/keys/verify}: is this key good for this? The caller needs {@code keys.verify} and
 * sees the keys of its own organisation; operator and platform services see those of all.
 */
final class VerifyServlet extends HotServlet {
  private static final Set<String> FIELDS = Set.of("key", "environment", "scopes", "ip");

  private final transient CredentialChecks checks;
  private final transient RequestAuthenticator authenticator;

  VerifyServlet(Refusing refusing, CredentialChecks checks, RequestAuthenticator authenticator) {
    super(refusing);
    this.checks = checks;
    this.authenticator = authenticator;
  }

  @Override
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Caller caller = authenticator.callerOf(request);
    if (!caller.may(Permissions.KEYS_VERIFY)) {
      throw AccessRefusedException.forbidden().lacking(Permissions.KEYS_VERIFY);
    }
    FlatJson body = FlatJson.read(body(request, MediaTypes.JSON), FIELDS);
    List<String> scopes = body.texts("scopes");
    for (String scope : scopes) {
      if (!Permissions.isWellFormed(scope)) {
        throw Problem.ofField("scopes", "A scope is resource.action.").toException();
      }
    }
    String environment = body.text("environment");
    var context =
        new RequestContext(
            addressIn(body), environment == null ? Set.of() : Set.of(environment), null);
    KeyVerdict verdict =
        checks.ask(
            KeyQuestion.direct(body.credential("key"), context, Set.copyOf(scopes))
                .onlyOf(reachOf(caller)));
    answer(verdict, response);
  }

  /** Empty where none is given: no allowlist admits that. */
  private static String addressIn(FlatJson body) {
    String text = body.text("ip");
    if (text != null && AddressRange.address(text) == null) {
      throw Problem.ofField("ip", "This is no IPv4 or IPv6 address.").toException();
    }
    return Objects.requireNonNullElse(text, "");
  }

  private static @Nullable OrganizationId reachOf(Caller caller) {
    return switch (caller.kind()) {
      case OPERATOR, SERVICE -> null;
      case MEMBER, API_KEY -> {
        if (caller.organization() == null) {
          throw AccessRefusedException.forbidden();
        }
        yield caller.organization();
      }
    };
  }

  private void answer(KeyVerdict verdict, HttpServletResponse response) throws IOException {
    KeyFacts key = verdict.key();
    var answer =
        new JsonAnswer()
            .put("valid", verdict instanceof KeyVerdict.Accepted)
            .put("code", verdict.code().text());
    String id = key == null ? null : key.id().value();
    answer
        .put("key_id", id)
        .put("organization", key == null ? null : key.organizationId().value())
        .put("environment", key == null ? null : key.environment())
        .put(
            "scopes",
            verdict instanceof KeyVerdict.Accepted accepted ? accepted.permissions() : Set.of())
        .put("subject", id)
        .put("as_of", checks.asOf())
        .send(response, 200);
  }
}
