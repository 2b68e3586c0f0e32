package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.kit.web.AsPresented;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.identity.people.SecondStep;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A person's own password and second step, changed in a session of theirs. */
@RestController
@RequestMapping("/v1/me")
class MeController {
  private final Myself myself;
  private final OwnSessions own;
  private final EndedAnswer ended;

  MeController(Myself myself, OwnSessions own, EndedAnswer ended) {
    this.myself = myself;
    this.own = own;
    this.ended = ended;
  }

  record PasswordChange(
      @AsPresented @Nullable String currentPassword, @Nullable String newPassword) {
    @Override
    public String toString() {
      return "[passwords]";
    }
  }

  record Code(@Nullable String code) {
    @Override
    public String toString() {
      return "[code]";
    }
  }

  record Enrolment(@AsPresented @Nullable String currentPassword, @Nullable String code) {
    @Override
    public String toString() {
      return "[password and code]";
    }
  }

  record TotpSecret(String secret, String uri) {
    @Override
    public String toString() {
      return "[secret]";
    }
  }

  @PostMapping("/password")
  @Requires(Requires.PERSON)
  ResponseEntity<Void> changePassword(
      Caller caller,
      @RequestBody PasswordChange body,
      @RequestHeader(name = "Prefer", required = false) @Nullable String prefer) {
    var positions =
        myself.changePassword(
            own.whole(caller),
            Fields.required("current_password", body.currentPassword()),
            Fields.required("new_password", body.newPassword()),
            caller.address());
    return ResponseEntity.noContent().headers(ended.headers(positions, prefer)).build();
  }

  @PostMapping("/totp")
  @Requires(Requires.PERSON)
  ResponseEntity<TotpSecret> enrol(Caller caller, @RequestBody Enrolment body) {
    SecondStep.Enrolment enrolment =
        myself.enrol(
            own.forSecondStep(caller),
            Fields.required("current_password", body.currentPassword()),
            body.code(),
            caller.address());
    return ResponseEntity.ok()
        .headers(ended.headers(List.of(), null))
        .body(new TotpSecret(enrolment.secret().revealSecret(), enrolment.uri().revealSecret()));
  }

  @PostMapping("/totp/confirm")
  @Requires(Requires.PERSON)
  ResponseEntity<Void> confirm(Caller caller, @RequestBody Code body) {
    myself.confirm(
        own.forSecondStep(caller), Fields.required("code", body.code()), caller.address());
    return ResponseEntity.noContent().build();
  }
}
