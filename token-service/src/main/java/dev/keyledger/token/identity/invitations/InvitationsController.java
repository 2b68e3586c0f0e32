package dev.keyledger.token.identity.invitations;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.sessions.CurrentPerson;
import dev.keyledger.token.identity.sessions.Fields;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/invitations/accept}: with a session of one's own, or with the first password. */
@RestController
class InvitationsController {
  private final Acceptance acceptance;
  private final Authenticator authenticator;
  private final CurrentPerson currentPerson;
  private final ClientAddresses addresses;

  InvitationsController(
      Acceptance acceptance,
      Authenticator authenticator,
      CurrentPerson currentPerson,
      ClientAddresses addresses) {
    this.acceptance = acceptance;
    this.authenticator = authenticator;
    this.currentPerson = currentPerson;
    this.addresses = addresses;
  }

  record Invitation(@Nullable String token, @Nullable String password) {
    @Override
    public String toString() {
      return "[invitation]";
    }
  }

  record Accepted(@Nullable String organization, @Nullable String member) {}

  @PostMapping("/v1/invitations/accept")
  @PublicEndpoint(because = "it takes an invitation's token, and a session where one is due")
  Accepted accept(@RequestBody Invitation body, HttpServletRequest request) {
    Acceptance.Accepted accepted =
        acceptance.accept(
            Fields.required("token", body.token()),
            body.password(),
            personOf(request),
            addresses.of(request));
    return new Accepted(
        accepted.organization() == null ? null : accepted.organization().value(),
        accepted.member() == null ? null : accepted.member().value());
  }

  private @Nullable PersonId personOf(HttpServletRequest request) {
    return Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"))
        .map(credential ->
            authenticator.authenticate(credential, RequestContext.from(addresses.of(request))))
        .map(currentPerson::of)
        .orElse(null);
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }
}
