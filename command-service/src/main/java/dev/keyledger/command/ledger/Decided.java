package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.PersonId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command has made true, and how its subject stands after it.
 *
 * @param at when it was decided
 * @param key that a key command was about
 * @param member that a member command was about
 * @param subscription that a command was about which left it there
 * @param nextAge after a look at keys' ages, when there may be something to say next; {@code null}
 *     for never, and after any other command
 * @param receivers who is told by subscriptions that the key has ended; where nothing had to
 *     change, who would be
 * @param showsReceivers whether the caller may see them
 * @param toTell who is to be told of it by mail; empty where nobody is
 * @param toWarn who is to be told by mail that keys end soon, by within how many days
 */
public record Decided(
    long position,
    Instant at,
    List<OrganizationEvent> events,
    Standing standing,
    @Nullable Key key,
    @Nullable Member member,
    @Nullable Subscription subscription,
    @Nullable Instant nextAge,
    List<Subscription> receivers,
    boolean showsReceivers,
    List<PersonId> toTell,
    Map<Integer, Set<PersonId>> toWarn,
    @Nullable Long awaitedAtFollowers,
    @Nullable CommandQuota quota)
    implements Outcome {
  public Decided {
    events = List.copyOf(events);
    receivers = List.copyOf(receivers);
    toTell = List.copyOf(toTell);
    toWarn = Map.copyOf(toWarn);
  }

  public Key theKey() {
    return Objects.requireNonNull(key, "the command was about no key");
  }

  public Subscription theSubscription() {
    return Objects.requireNonNull(subscription, "the command was about no subscription");
  }

  public Member theMember() {
    return Objects.requireNonNull(member, "the command was about no member");
  }
}
