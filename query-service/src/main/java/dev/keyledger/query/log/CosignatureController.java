package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where an organisation's own witnesses bring their signatures. */
@RestController
@RequestMapping(path = "/v1/log/cosignatures", produces = "application/json")
class CosignatureController {
  private static final int LONGEST = 16 * 1024;
  private static final Pattern OF_ORGANIZATION =
      Pattern.compile(".*/v1/organizations/(org_[^/]+)/log");

  /**
   * A signed note in its lines, since a text of this API has no line breaks.
   *
   * @param checkpoint that was offered: of which organisation it is, it says itself
   * @param signatures the lines below it, 1 to 64
   */
  record Brought(@Nullable List<String> checkpoint, @Nullable List<String> signatures) {
    String note() {
      return lines(checkpoint) + "\n" + lines(signatures);
    }

    private static String lines(@Nullable List<String> lines) {
      return lines == null
          ? ""
          : lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
  }

  private final LogReads logs;
  private final OwnWitnesses own;

  CosignatureController(LogReads logs, OwnWitnesses own) {
    this.logs = logs;
    this.own = own;
  }

  /**
   * 422 {@code invalid_field} for what is no checkpoint, 422 {@code not_cosigned} for no good
   * signature of a witness that the policy names, 409 {@code other_checkpoint} where it isn't
   * offered any more, 404 {@code no_own_witnesses}.
   */
  @PostMapping
  @Requires(Permissions.AUDIT_READ)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void bring(Caller caller, @RequestBody Brought body) {
    SignedNote brought = parsed(body.note());
    OrganizationId organization =
        organization(Checkpoint.parse(brought.text()).origin())
            .orElseThrow(CosignatureController::refused);
    own.bring(organization.uuid(), logs.rulesOf(caller, organization.value()), brought);
  }

  private static SignedNote parsed(String note) {
    try {
      if (note.length() <= LONGEST) {
        SignedNote parsed = SignedNote.parse(note);
        Checkpoint.parse(parsed.text());
        return parsed;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw refused();
  }

  private static Optional<OrganizationId> organization(String origin) {
    Matcher matched = OF_ORGANIZATION.matcher(origin);
    try {
      return matched.matches()
          ? Optional.of(new OrganizationId(matched.group(1)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RuntimeException refused() {
    return Problem.ofField("checkpoint", "Expected an organisation's checkpoint with signatures.")
        .toException();
  }
}
