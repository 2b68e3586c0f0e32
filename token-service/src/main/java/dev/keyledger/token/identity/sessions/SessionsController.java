package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.text.WholeNumber;
import dev.keyledger.kit.web.AsPresented;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.identity.people.EmailAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sessions over HTTP, of people who came by the platform's own paths or by those of a published
 * system, which the gateway names.
 */
@RestController
@RequestMapping("/v1/sessions")
class SessionsController {
  private final SignIn signIn;
  private final Refreshing refreshing;
  private final Switching switching;
  private final Endings endings;
  private final OwnSessions own;
  private final EndedAnswer ended;
  private final ClientAddresses addresses;
  private final GatewayHeaders gateway;

  SessionsController(
      SignIn signIn,
      Refreshing refreshing,
      Switching switching,
      Endings endings,
      OwnSessions own,
      EndedAnswer ended,
      ClientAddresses addresses,
      GatewayHeaders gateway) {
    this.signIn = signIn;
    this.refreshing = refreshing;
    this.switching = switching;
    this.endings = endings;
    this.own = own;
    this.ended = ended;
    this.addresses = addresses;
    this.gateway = gateway;
  }

  record Credentials(
      @Nullable String email,
      @AsPresented @Nullable String password,
      @Nullable String organization) {
    @Override
    public String toString() {
      return "[credentials]";
    }
  }

  record Code(@Nullable String challenge, @Nullable String code) {
    @Override
    public String toString() {
      return "[code]";
    }
  }

  record RefreshToken(@Nullable String refreshToken) {
    @Override
    public String toString() {
      return "[refresh token]";
    }
  }

  record Change(@Nullable String organization, @Nullable String refreshToken) {
    @Override
    public String toString() {
      return "[change to " + organization + "]";
    }
  }

  @PostMapping
  @PublicEndpoint(because = "it takes an e-mail address and a password")
  ResponseEntity<SignInBody> signIn(@RequestBody Credentials body, HttpServletRequest request) {
    return answer(
        signIn.begin(
            EmailAddress.orNobodys(Fields.required("email", body.email())),
            Fields.required("password", body.password()),
            body.organization(),
            dialectOf(request),
            originOf(request)),
        null);
  }

  @PostMapping("/verify")
  @PublicEndpoint(because = "it takes a challenge, which only whoever knew the password has")
  ResponseEntity<SignInBody> verify(
      @RequestBody Code body,
      @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
      HttpServletRequest request) {
    return answer(
        signIn.verify(
            Fields.required("challenge", body.challenge()),
            Fields.required("code", body.code()),
            dialectOf(request),
            originOf(request)),
        prefer);
  }

  @PostMapping("/refresh")
  @PublicEndpoint(because = "it takes a refresh token")
  ResponseEntity<SignInBody> refresh(@RequestBody RefreshToken body, HttpServletRequest request) {
    SignInAnswer.Started started =
        refreshing.refresh(
            Fields.required("refresh_token", body.refreshToken()),
            dialectOf(request),
            originOf(request));
    return ResponseEntity.ok().headers(ended.headers(List.of(), null)).body(SignInBody.of(started));
  }

  @GetMapping
  @Requires(Requires.PERSON)
  OwnSessions.Page list(
      Caller caller,
      @RequestParam(defaultValue = "50") String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return own.list(own.whole(caller), WholeNumber.parse(limit).orElse(0), cursor);
  }

  @DeleteMapping("/{session}")
  @Requires(Requires.PERSON)
  ResponseEntity<Void> end(
      Caller caller,
      @PathVariable String session,
      @RequestHeader(name = "Prefer", required = false) @Nullable String prefer) {
    Session current = own.of(caller);
    boolean isCurrent = session.equals("current") || session.equals(current.id().value());
    List<StreamPosition> positions =
        isCurrent
            ? endings.end(current.person(), current.id(), Session.End.SIGNED_OUT)
            : endings.end(own.whole(caller).person(), idOf(session), Session.End.ENDED_BY_PERSON);
    return ResponseEntity.noContent().headers(ended.headers(positions, prefer)).build();
  }

  @PostMapping("/current/organization")
  @Requires(Requires.PERSON)
  ResponseEntity<SignInBody> switchOrganization(
      Caller caller,
      @RequestBody Change body,
      @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
      HttpServletRequest request) {
    String organization = Fields.required("organization", body.organization());
    return answer(
        switching.begin(
            own.enrolled(caller),
            organization,
            Fields.required("refresh_token", body.refreshToken()),
            dialectOf(request),
            originOf(request)),
        prefer);
  }

  private ResponseEntity<SignInBody> answer(SignInAnswer answer, @Nullable String prefer) {
    return switch (answer) {
      case SignInAnswer.Started started ->
          ResponseEntity.status(HttpStatus.CREATED)
              .headers(
                  ended.headers(
                      started.ended() == null ? List.of() : List.of(started.ended()), prefer))
              .body(SignInBody.of(started));
      case SignInAnswer.SecondStepDue due ->
          ResponseEntity.status(HttpStatus.ACCEPTED)
              .headers(ended.headers(List.of(), null))
              .body(SignInBody.of(due));
    };
  }

  private String dialectOf(HttpServletRequest request) {
    String named = gateway.dialectOf(request);
    return named == null ? GatewayHeaders.CANONICAL : named;
  }

  private RequestOrigin originOf(HttpServletRequest request) {
    return new RequestOrigin(addresses.of(request), request.getHeader("User-Agent"));
  }

  private static SessionId idOf(String text) {
    try {
      return new SessionId(text);
    } catch (IllegalArgumentException e) {
      throw SessionRefusals.notFound();
    }
  }
}
