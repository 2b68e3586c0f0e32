package dev.keyledger.token.identity.recovery;

import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.sessions.Fields;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A forgotten password: a token goes to the address, and with it another password is chosen. */
@RestController
@RequestMapping("/v1/password-resets")
class PasswordResetsController {
  private final PasswordResets resets;
  private final EndedAnswer ended;
  private final ClientAddresses addresses;

  PasswordResetsController(PasswordResets resets, EndedAnswer ended, ClientAddresses addresses) {
    this.resets = resets;
    this.ended = ended;
    this.addresses = addresses;
  }

  record Forgotten(@Nullable String email) {
    @Override
    public String toString() {
      return "[forgotten password]";
    }
  }

  record Renewal(@Nullable String token, @Nullable String password) {
    @Override
    public String toString() {
      return "[token and password]";
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PublicEndpoint(because = "who has forgotten their password can show nothing")
  void ask(@RequestBody Forgotten body, HttpServletRequest request) {
    resets.ask(
        EmailAddress.orNobodys(Fields.required("email", body.email())), addresses.of(request));
  }

  @PostMapping("/confirm")
  @PublicEndpoint(because = "it takes a token that went to the person's address")
  ResponseEntity<Void> confirm(
      @RequestBody Renewal body,
      @RequestHeader(name = "Prefer", required = false) @Nullable String prefer,
      HttpServletRequest request) {
    var positions =
        resets.confirm(
            Fields.required("token", body.token()),
            Fields.required("password", body.password()),
            addresses.of(request));
    return ResponseEntity.noContent().headers(ended.headers(positions, prefer)).build();
  }
}
