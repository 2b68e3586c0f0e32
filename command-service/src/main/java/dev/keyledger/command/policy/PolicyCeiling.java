package dev.keyledger.command.policy;

import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.Expiry;
import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.KeyRules.Limit.Per;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policy that the operator set: an owner's may allow nothing that it doesn't. Where neither of
 * two choices is the stricter one (who picks the environment, the dialect, a prefix) it has to
 * stay. Witnesses are no question of more or less: they allow nobody anything.
 */
public final class PolicyCeiling {
  private final Policy ceiling;

  public PolicyCeiling(Policy ceiling) {
    this.ceiling = ceiling;
  }

  /**
   * The first field, as JSON names it, in which a policy allows more; empty when it nowhere does.
   */
  public Optional<String> exceededBy(Policy policy) {
    return Stream.of(
            exceeded("dialect", policy.dialect().equals(ceiling.dialect())),
            exceeded("environments", within(policy.environments(), ceiling.environments())),
            exceeded(
                "environment_choice", policy.environmentChoice() == ceiling.environmentChoice()),
            exceeded(
                "live_environments",
                within(kept(ceiling.liveEnvironments(), policy), policy.liveEnvironments())),
            exceeded(
                "allowlist_environments",
                within(
                    kept(ceiling.allowlistEnvironments(), policy), policy.allowlistEnvironments())),
            exceeded(
                "allowlist_managers",
                policy.allowlistManagers().ordinal() >= ceiling.allowlistManagers().ordinal()),
            inKeys(policy),
            inKeyTokens(policy.keyTokens(), ceiling.keyTokens()),
            inSessions(policy.sessions(), ceiling.sessions()),
            exceeded(
                "receipts.wait_for",
                policy.receiptsWaitFor().ordinal() >= ceiling.receiptsWaitFor().ordinal()),
            exceeded(
                "receipts.wait_for_receivers",
                policy.receiptsWaitForReceivers() || !ceiling.receiptsWaitForReceivers()),
            exceeded(
                "leaked_keys", policy.ofLeakedKeys().ordinal() >= ceiling.ofLeakedKeys().ordinal()),
            exceeded("tokens.status_list", policy.listsTokens() || !ceiling.listsTokens()),
            exceeded("commands.rate", within(policy.commandRate(), ceiling.commandRate())),
            exceeded("roles", rolesWithin(policy.roles())),
            exceeded(
                "onboarding_permissions",
                within(ceiling.onboardingPermissions(), policy.onboardingPermissions())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> inKeys(Policy policy) {
    KeyRules keys = policy.keys();
    KeyRules most = ceiling.keys();
    return Stream.of(
            exceeded("keys.prefixes", keys.prefixes().equals(prefixesKept(policy))),
            exceeded("keys.uses", within(keys.uses(), most.uses())),
            exceeded("keys.creators", keys.creators().ordinal() >= most.creators().ordinal()),
            exceeded(
                "keys.authority",
                keys.authority() == Authority.CREATOR
                    || most.authority() == Authority.ORGANIZATION),
            exceeded(
                "keys.limit", within(keys.limit(), most.limit(), policy.environments().size())),
            exceeded("keys.creation_rate", within(keys.creationRate(), most.creationRate())),
            exceeded(
                "keys.expiry", keys.expiry() == Expiry.OPTIONAL || most.expiry() == Expiry.NEVER),
            exceeded("keys.default_grace", withinBound(keys.defaultGrace(), most.defaultGrace())),
            exceeded("keys.maximum_grace", withinBound(keys.maximumGrace(), most.maximumGrace())),
            exceeded("keys.maximum_age", withinBound(keys.maximumAge(), most.maximumAge())),
            exceeded(
                "keys.outstanding_tokens",
                keys.outstandingTokens() == OutstandingTokens.END
                    || most.outstandingTokens() == OutstandingTokens.EXPIRE))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> inKeyTokens(KeyTokenRules tokens, KeyTokenRules most) {
    Duration refresh = tokens.refreshLifetime();
    return Stream.of(
            exceeded(
                "key_tokens.format",
                tokens.format() == Format.OPAQUE || most.format() == Format.JWT),
            exceeded("key_tokens.lifetime", withinBound(tokens.lifetime(), most.lifetime())),
            exceeded("key_tokens.refresh_lifetime", isNoLonger(refresh, most.refreshLifetime())),
            exceeded(
                "key_tokens." + familyField(tokens.refresh(), most.refresh()),
                refresh == null || withinBound(tokens.longestFamily(), most.longestFamily())),
            exceeded(
                "key_tokens.refresh_reuse_interval",
                isNoLonger(tokens.refreshReuseInterval(), most.refreshReuseInterval())),
            exceeded("key_tokens.rate", within(tokens.rate(), most.rate())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> inSessions(SessionRules sessions, SessionRules most) {
    return Stream.of(
            exceeded(
                "sessions.access_lifetime",
                withinBound(sessions.accessLifetime(), most.accessLifetime())),
            exceeded(
                "sessions.refresh_lifetime",
                withinBound(sessions.refreshLifetime(), most.refreshLifetime())),
            exceeded(
                "sessions." + familyField(sessions.refresh(), most.refresh()),
                withinBound(sessions.longestFamily(), most.longestFamily())),
            exceeded(
                "sessions.refresh_reuse_interval",
                isNoLonger(sessions.refreshReuseInterval(), most.refreshReuseInterval())),
            exceeded(
                "sessions.second_step",
                sessions.secondStep().ordinal() >= most.secondStep().ordinal()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  // Renewed within a bound on the family may be the stricter of the two: what counts is for how
  // long
  // a family can be kept alive.
  private static String familyField(Refresh refresh, Refresh most) {
    return refresh == most ? "family_lifetime" : "refresh";
  }

  private static Optional<String> exceeded(String field, boolean within) {
    return within ? Optional.empty() : Optional.of(field);
  }

  private static boolean within(Collection<?> items, Collection<?> most) {
    return new HashSet<>(most).containsAll(items);
  }

  /** A limit of one kind bounds one of the other only through the number of environments. */
  private static boolean within(Limit limit, Limit most, int environments) {
    long asMuchAs =
        limit.per() == Per.ENVIRONMENT && most.per() == Per.ORGANIZATION
            ? (long) limit.maximum() * environments
            : limit.maximum();
    return asMuchAs <= most.maximum();
  }

  private static boolean within(@Nullable Rate rate, @Nullable Rate most) {
    return most == null
        || (rate != null
            && rate.maximum() <= most.maximum()
            && rate.per().compareTo(most.per()) >= 0);
  }

  private static boolean withinBound(@Nullable Duration time, @Nullable Duration most) {
    return most == null || (time != null && time.compareTo(most) <= 0);
  }

  /** Where none at all is the strictest. */
  private static boolean isNoLonger(@Nullable Duration time, @Nullable Duration most) {
    return time == null || (most != null && time.compareTo(most) <= 0);
  }

  private static List<String> kept(List<String> environments, Policy policy) {
    return environments.stream().filter(policy.environments()::contains).toList();
  }

  private Map<String, String> prefixesKept(Policy policy) {
    Set<String> environments = Set.copyOf(policy.environments());
    return ceiling.keys().prefixes().entrySet().stream()
        .filter(e -> environments.contains(e.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private boolean rolesWithin(Map<Role, List<String>> roles) {
    return roles.entrySet().stream()
        .allMatch(e -> within(e.getValue(), ceiling.permissionsOf(e.getKey())));
  }
}
