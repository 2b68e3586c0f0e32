package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.RememberedAnswers.Remembered;
import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.credential.SecretText;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key, or a subscription, with a secret that is shown this once.
 *
 * @param at when it was decided, which a repeated answer keeps
 * @param key {@code null} where it is a subscription's
 * @param subscription {@code null} where it is a key's
 * @param secret {@code null} where the other side needs the public key alone
 * @param events empty where the answer is repeated
 */
public record Issued(
    long position,
    Instant at,
    @Nullable Key key,
    @Nullable Subscription subscription,
    @Nullable SecretText secret,
    List<OrganizationEvent> events,
    @Nullable Long awaitedAtFollowers,
    @Nullable CommandQuota quota)
    implements Outcome {
  public Issued {
    events = List.copyOf(events);
  }

  public Key theKey() {
    return Objects.requireNonNull(key, "the command was about no key");
  }

  public Subscription theSubscription() {
    return Objects.requireNonNull(subscription, "the command was about no subscription");
  }

  public SecretText theSecret() {
    return Objects.requireNonNull(secret, "the command gave out no secret");
  }

  /**
   * @param awaitedAtFollowers which the answer waits for too, as the policy is now
   */
  static Issued again(Remembered answer, @Nullable Long awaitedAtFollowers) {
    return new Issued(
        answer.position(),
        answer.at(),
        answer.key(),
        answer.subscription(),
        answer.secret() == null ? null : new SecretText(answer.secret()),
        List.of(),
        awaitedAtFollowers,
        null);
  }

  Remembered toRemembered() {
    return new Remembered(
        position, at, key, subscription, secret == null ? null : secret.revealSecret());
  }
}
