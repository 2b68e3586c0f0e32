package dev.keyledger.token.identity.recovery;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.kit.web.AsPresented;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.sessions.Fields;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A person's own address, changed in a session of theirs. */
@RestController
@RequestMapping("/v1/me/email")
class AddressController {
  private final AddressChange change;

  AddressController(AddressChange change) {
    this.change = change;
  }

  record Wanted(@AsPresented @Nullable String currentPassword, @Nullable String email) {
    @Override
    public String toString() {
      return "[password and address]";
    }
  }

  record Tokens(@Nullable String token, @Nullable String consent) {
    @Override
    public String toString() {
      return "[tokens]";
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Requires(Requires.PERSON)
  void ask(Caller caller, @RequestBody Wanted body) {
    EmailAddress email =
        EmailAddress.parse(Fields.required("email", body.email()))
            .orElseThrow(
                () -> Problem.ofField("email", "This is no e-mail address.").toException());
    change.ask(
        caller,
        Fields.required("current_password", body.currentPassword()),
        email,
        caller.address());
  }

  @PostMapping("/confirm")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Requires(Requires.PERSON)
  void confirm(Caller caller, @RequestBody Tokens body) {
    change.confirm(caller, Fields.required("token", body.token()), body.consent());
  }
}
