package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.address.AddressRange;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.GatewayHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code POST /oauth2/introspect} (RFC 7662), for access tokens and for raw keys that are used
 * directly, so that a service that protects something asks in one place. Beside {@code token} it
 * takes {@code client_ip}, {@code environment} and {@code dialect}: an allowlist is not satisfied
 * by an address that was not named. Permissions are those of this moment, whatever the token says.
 */
final class IntrospectionEndpoint extends OauthServlet {
  private static final Set<ServicePair> SERVICES =
      EnumSet.of(
          ServicePair.COMMAND_TO_TOKEN, ServicePair.QUERY_TO_TOKEN, ServicePair.DELIVERY_TO_TOKEN);

  private final transient CredentialChecks checks;
  private final transient RequestAuthenticator authenticator;
  private final String issuer;

  IntrospectionEndpoint(
      Refusing refusing,
      CredentialChecks checks,
      RequestAuthenticator authenticator,
      String issuer) {
    super(refusing);
    this.checks = checks;
    this.authenticator = authenticator;
    this.issuer = issuer;
  }

  @Override
  void answer(HttpServletRequest request, Form form, HttpServletResponse response)
      throws IOException {
    Principal principal = authenticator.principalOf(request, form, SERVICES);
    String token = form.required("token");
    String environments = form.get("environment");
    var context =
        new RequestContext(
            addressIn(form),
            environments == null ? Set.of() : GatewayHeaders.environmentsIn(environments),
            form.get("dialect"));
    switch (Credential.of(token)) {
      case Credential.ApiKey key ->
          answer(
              principal,
              checks.askFor(
                  of -> principal.maySee(of.organizationId(), of.id()),
                  KeyQuestion.direct(token, context, Set.of())),
              response);
      case Credential.SignedToken signed -> answer(principal, token, context, response);
      case Credential.OpaqueToken opaque -> answer(principal, token, context, response);
    }
  }

  private static String addressIn(Form form) {
    String text = form.get("client_ip");
    if (text != null && AddressRange.address(text) == null) {
      throw OauthError.invalidRequest("The parameter client_ip is no IPv4 or IPv6 address.");
    }
    return Objects.requireNonNullElse(text, "");
  }

  private void answer(Principal principal, KeyVerdict verdict, HttpServletResponse response)
      throws IOException {
    switch (verdict) {
      case KeyVerdict.Refused refused -> inactive(principal, refused.code(), response);
      case KeyVerdict.Accepted accepted -> active(accepted).send(response, 200);
    }
  }

  private void answer(
      Principal principal, String token, RequestContext context, HttpServletResponse response)
      throws IOException {
    switch (checks.ask(token, context)) {
      case TokenVerdict.Inactive inactive -> inactive(principal, inactive.code(), response);
      case TokenVerdict.Active active -> {
        AccessClaims claims = active.claims();
        if (claims.isForOwnAccountAlone()) {
          inactive(principal, Code.INSUFFICIENT_SCOPE, response);
        } else if (principal.maySee(claims.organization(), claims.key())) {
          active(active).send(response, 200);
        } else {
          inactive(principal, Code.NOT_FOUND, response);
        }
      }
    }
  }

  private static void inactive(Principal principal, Code code, HttpServletResponse response)
      throws IOException {
    var answer = new JsonAnswer().put("active", false);
    if (principal.mayKnowWhy()) {
      answer.put("code", code.text());
    }
    answer.send(response, 200);
  }

  private JsonAnswer active(KeyVerdict.Accepted accepted) {
    KeyFacts key = accepted.key();
    OrganizationRules organization = accepted.organization();
    boolean service = StateAuthenticator.isService(accepted);
    String id = key.id().value();
    JsonAnswer answer =
        common(service ? "service" : "api_key", id, id, accepted.permissions())
            .put("key_id", id)
            .put("env", key.environment());
    if (!service) {
      answer
          .put("org", organization.id().value())
          .put("slug", organization.access().slug())
          .putIfPresent("mem", key.creatorId());
    }
    long expiresAt = key.expiresAt();
    if (expiresAt != Long.MAX_VALUE) {
      answer.put("exp", Math.floorDiv(expiresAt, 1000L));
    }
    return answer
        .put("ipb", organization.bindsAddresses(key.environment()))
        .put("pos", accepted.position());
  }

  private JsonAnswer active(TokenVerdict.Active active) {
    AccessClaims claims = active.claims();
    JsonAnswer answer =
        common(
                claims.kind().name().toLowerCase(Locale.ROOT),
                claims.subject(),
                claims.key() == null ? "keyledger" : claims.key().value(),
                active.permissions())
            .put("token_type", "Bearer")
            .put("jti", claims.jti())
            .put("iat", claims.issuedAt().getEpochSecond())
            .put("iat_ms", claims.issuedAt().toEpochMilli())
            .put("exp", Math.floorDiv(active.until(), 1000L))
            .putIfPresent("org", claims.organization())
            .putIfPresent("slug", claims.slug())
            .putIfPresent("mem", claims.member())
            .putIfPresent("key_id", claims.key())
            .putIfPresent("sid", claims.session())
            .putIfPresent("env", claims.environment())
            .put("ipb", active.addressBound());
    return active.position() < 0 ? answer : answer.put("pos", active.position());
  }

  private JsonAnswer common(
      String kind, String subject, String client, Collection<String> permissions) {
    return new JsonAnswer()
        .put("active", true)
        .put("iss", issuer)
        .put("aud", issuer)
        .put("sub", subject)
        .put("client_id", client)
        .put("kind", kind)
        .put("scope", String.join(" ", new TreeSet<>(permissions)));
  }
}
