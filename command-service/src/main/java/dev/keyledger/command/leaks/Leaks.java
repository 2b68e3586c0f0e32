package dev.keyledger.command.leaks;

import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.command.people.KeysOfSecrets;
import dev.keyledger.command.people.KeysOfSecrets.Found;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds whose the secrets are, and has their organisations decide what becomes of the keys. */
@Component
public final class Leaks {
  private final KeysOfSecrets keys;
  private final Ledger ledger;
  private final PeopleClient people;

  Leaks(KeysOfSecrets keys, Ledger ledger, PeopleClient people) {
    this.keys = keys;
    this.ledger = ledger;
    this.people = people;
  }

  /**
   * Each that stands there several times counts as it stands there first.
   *
   * @param seen whose keys are the reporter's to report; any other is taken for nobody's
   * @param reportedBy key of the service that reports; {@code null} for any other
   * @return verifiers of the keys that were seen, be they live or not
   * @throws dev.keyledger.kit.people.UnansweredException when whose they are can't be told now;
   *     some may have been acted on, and doing so again changes nothing
   * @throws RuntimeException as {@link Ledger#execute}
   */
  public Set<String> report(
      List<FoundSecret> found,
      Predicate<OrganizationId> seen,
      CommandContext context,
      @Nullable KeyId reportedBy) {
    Map<String, FoundSecret> byVerifier = new LinkedHashMap<>();
    found.forEach(one -> byVerifier.putIfAbsent(one.verifier(), one));
    Set<String> known = new HashSet<>();
    RuntimeException failed = null;
    for (Found key : keys.of(List.copyOf(byVerifier.keySet()))) {
      FoundSecret secret = byVerifier.get(key.verifier());
      if (secret == null || !seen.test(key.organization())) {
        continue;
      }
      known.add(secret.verifier());
      if (key.live()) {
        try {
          report(key, secret, context, reportedBy);
        } catch (RuntimeException e) {
          // One organisation that can't decide now holds up no other's.
          failed = e;
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
    return known;
  }

  private void report(
      Found key, FoundSecret secret, CommandContext context, @Nullable KeyId reportedBy) {
    Decided decided =
        ledger.execute(
            new ReportLeak(
                key.organization(),
                context,
                key.key(),
                secret.verifier(),
                secret.url(),
                secret.source(),
                reportedBy));
    people.tellOfLeak(decided.standing().slug(), decided.toTell());
  }
}
