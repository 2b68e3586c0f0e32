package dev.keyledger.command.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.PlatformOrganization;
import dev.keyledger.command.ledger.Issued;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Keys of the platform's own organisation; listed, rotated and revoked like any other. */
@RestController
class PlatformServiceCommands {
  record NewService(@Nullable String name, @Nullable List<@Nullable String> permissions) {}

  private final Ledger ledger;
  private final Answers answers;
  private final FreshSecrets secrets;
  private final Idempotence idempotence;

  PlatformServiceCommands(
      Ledger ledger, Answers answers, FreshSecrets secrets, Idempotence idempotence) {
    this.ledger = ledger;
    this.answers = answers;
    this.secrets = secrets;
    this.idempotence = idempotence;
  }

  /** A service without permissions would have all: they have to be named. */
  @PostMapping(path = "/v1/platform/services", produces = "application/json")
  @ResponseStatus(HttpStatus.CREATED)
  @Requires(Requires.OPERATOR)
  ResponseEntity<KeyCommands.Created> create(
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String clientKey,
      @RequestBody NewService body,
      CommandContext context,
      Prefer prefer) {
    List<String> permissions = Body.texts("permissions", body.permissions());
    if (permissions.isEmpty()) {
      throw Problem.ofField("permissions", "At least one is due.").toException();
    }
    Issued issued =
        Body.sentAs(
            "permissions",
            "scopes",
            () ->
                ledger.issue(
                    new CreateKey(
                        PlatformOrganization.ID,
                        context,
                        KeyId.of(UuidCreator.getTimeOrderedEpoch()),
                        Body.required("name", body.name()),
                        null,
                        permissions,
                        null,
                        null,
                        secrets.draw()),
                    idempotence.keyOf(
                        clientKey, PlatformOrganization.ID, context, "create-service", "", body)));
    return answers.answer(
        201,
        PlatformOrganization.ID,
        issued,
        prefer,
        new KeyCommands.Created(
            Json.of(issued.theKey(), issued.at()), issued.theSecret().revealSecret()));
  }
}
