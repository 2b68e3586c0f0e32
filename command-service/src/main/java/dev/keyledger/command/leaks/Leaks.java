package dev.keyledger.command.leaks;

import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.organization.Refusal.RateLimited;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.command.people.KeysOfSecrets;
import dev.keyledger.command.people.KeysOfSecrets.Found;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Finds whose the secrets are, and has their organisations decide what becomes of the keys. */
@Component
public final class Leaks {
  private static final Logger log = LoggerFactory.getLogger(Leaks.class);

  /**
   * So many people of one organisation are written to of one batch, as token-service takes them.
   */
  private static final int MOST_TOLD = 100;

  private final KeysOfSecrets keys;
  private final Ledger ledger;
  private final PeopleClient people;

  Leaks(KeysOfSecrets keys, Ledger ledger, PeopleClient people) {
    this.keys = keys;
    this.ledger = ledger;
    this.people = people;
  }

  /**
   * @param known verifiers of the keys that were seen, be they live or not
   * @param undone of those that have to be reported once more, since nobody could tell whose they
   *     are, or their organisation couldn't decide now
   * @param complete whether what isn't known is nobody's
   */
  public record Reported(Set<String> known, Set<String> undone, boolean complete) {
    public boolean isUndone(FoundSecret secret) {
      return undone.contains(secret.verifier());
    }

    public boolean isKnown(FoundSecret secret) {
      return known.contains(secret.verifier());
    }
  }

  /**
   * Each that stands there several times counts as it stands there first. One organisation that
   * can't decide holds up no other.
   *
   * @param seen whose keys are the reporter's to report; any other is taken for nobody's
   * @param reportedBy key of the service that reports; {@code null} for any other
   * @throws dev.keyledger.kit.people.UnansweredException when whose they are can't be told now;
   *     then nothing was done
   */
  public Reported report(
      List<FoundSecret> found,
      Predicate<OrganizationId> seen,
      Function<FoundSecret, CommandContext> context,
      @Nullable KeyId reportedBy) {
    Map<String, FoundSecret> byVerifier = new LinkedHashMap<>();
    found.forEach(one -> byVerifier.putIfAbsent(one.verifier(), one));
    KeysOfSecrets.Told told = keys.of(List.copyOf(byVerifier.keySet()));
    Set<String> known = new HashSet<>();
    Set<String> undone = new HashSet<>();
    Set<OrganizationId> failing = new HashSet<>();
    Map<String, Set<PersonId>> toTell = new LinkedHashMap<>();
    for (Found key : told.keys()) {
      FoundSecret secret = byVerifier.remove(key.verifier());
      if (secret == null || !seen.test(key.organization())) {
        continue;
      }
      known.add(secret.verifier());
      if (failing.contains(key.organization())) {
        undone.add(secret.verifier());
      } else if (key.live()) {
        try {
          Decided decided = report(key, secret, context.apply(secret), reportedBy);
          toTell
              .computeIfAbsent(decided.standing().slug(), slug -> new LinkedHashSet<>())
              .addAll(decided.toTell());
        } catch (RefusedException e) {
          log.warn("What was reported of a key was refused: {}", e.refusal().code());
          // Any other refusal would be the same another time.
          if (e.refusal() instanceof RateLimited) {
            undone.add(secret.verifier());
          }
        } catch (RuntimeException e) {
          log.warn("What was reported of a key waits: {}", e.getClass().getSimpleName());
          undone.add(secret.verifier());
          failing.add(key.organization());
        }
      }
    }
    if (!told.complete()) {
      undone.addAll(byVerifier.keySet());
    }
    toTell.forEach(
        (slug, whom) -> people.tellOfLeak(slug, whom.stream().limit(MOST_TOLD).toList()));
    return new Reported(known, undone, told.complete());
  }

  private Decided report(
      Found key, FoundSecret secret, CommandContext context, @Nullable KeyId reportedBy) {
    return ledger.execute(
        new ReportLeak(
            key.organization(),
            context,
            key.key(),
            secret.verifier(),
            secret.url(),
            secret.source(),
            reportedBy));
  }
}
