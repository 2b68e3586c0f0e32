package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.RememberedAnswers.Remembered;
import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.command.organization.Key;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.credential.SecretText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key with a secret that is shown this once.
 *
 * @param at when it was decided, which a repeated answer keeps
 * @param events empty where the answer is repeated
 */
public record Issued(
    long position,
    Instant at,
    Key key,
    SecretText secret,
    List<OrganizationEvent> events,
    @Nullable CommandQuota quota)
    implements Outcome {
  public Issued {
    events = List.copyOf(events);
  }

  static Issued again(Remembered answer) {
    return new Issued(
        answer.position(),
        answer.at(),
        answer.key(),
        new SecretText(answer.secret()),
        List.of(),
        null);
  }

  Remembered toRemembered() {
    return new Remembered(position, at, key, secret.revealSecret());
  }
}
