package dev.keyledger.command.policy;

import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Policy.EnvironmentChoice;
import dev.keyledger.events.policy.ReceiptRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.TokenRules;
import dev.keyledger.events.policy.WitnessRules;
import dev.keyledger.kit.log.NoteVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a policy makes sense by itself, be it an owner's or the operator's. */
public final class PolicyCheck {
  /** No access token lives longer, so that every verifier knows how far back revocations matter. */
  public static final Duration LONGEST_ACCESS_TOKEN = Duration.ofHours(24);

  private static final Duration SHORTEST_ACCESS_TOKEN = Duration.ofSeconds(10);
  private static final Duration LONGEST_REFRESH = Duration.ofDays(366);
  private static final Duration LONGEST_FAMILY = Duration.ofDays(3_660);
  private static final Duration LONGEST_GRACE = Duration.ofDays(3_650);
  private static final Duration SHORTEST_AGE = Duration.ofDays(1);
  private static final Duration LONGEST_AGE = Duration.ofDays(3_650);
  private static final Duration LONGEST_RATE = Duration.ofDays(31);
  private static final int MOST_ENVIRONMENTS = 10;
  private static final int MOST_KEYS = 1_000_000;
  private static final int MOST_GRANTS = 1_000_000;

  // Whoever sets the tightest waits an hour at most until they may loosen it again.
  private static final int FEWEST_COMMANDS = 10;
  private static final int MOST_COMMANDS = 10_000;
  private static final Duration LONGEST_COMMAND_RATE = Duration.ofHours(1);

  private static final int MOST_WITNESSES = 16;
  private static final int MOST_PERMISSIONS = 500;
  private static final Set<String> DIALECTS =
      Set.of("canonical", "incard", "incrm", "syncgram-pay", "octopus-cards");
  private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final Pattern PREFIX = Pattern.compile("[a-z]([a-z0-9_]{0,30}[a-z0-9])?");

  /**
   * @param field path inside the policy, as JSON names it
   */
  public record Fault(String field, String detail) {}

  private final List<Fault> faults = new ArrayList<>();

  private PolicyCheck() {}

  public static Optional<Fault> firstFault(Policy policy) {
    var check = new PolicyCheck();
    check.present(policy);
    if (!check.faults.isEmpty()) {
      return check.faults.stream().findFirst();
    }
    check.environments(policy);
    check.keys(policy.keys(), policy.environments());
    check.keyTokens(policy.keyTokens());
    check.sessions(policy.sessions());
    check.rate(
        "commands.rate",
        policy.commandRate(),
        FEWEST_COMMANDS,
        MOST_COMMANDS,
        LONGEST_COMMAND_RATE);
    policy
        .roles()
        .forEach(
            (role, p) -> check.permissions("roles." + role.name().toLowerCase(Locale.ROOT), p));
    check.permissions("onboarding_permissions", policy.onboardingPermissions());
    check.witnesses(policy.witnesses());
    ReceiptRules receipts = policy.receipts();
    check.must(
        receipts == null || receipts.waitFor() != null,
        "receipts.wait_for",
        "token_service or followers");
    TokenRules tokens = policy.tokens();
    check.must(
        tokens == null || tokens.statusList() != null, "tokens.status_list", "true or false");
    check.must(
        policy.knownPermissions().containsAll(policy.onboardingPermissions()),
        "onboarding_permissions",
        "permissions that a role has");
    return check.faults.stream().findFirst();
  }

  /** JSON may have left out anything. */
  private void present(Policy policy) {
    KeyRules keys = policy.keys();
    KeyTokenRules tokens = policy.keyTokens();
    SessionRules sessions = policy.sessions();
    present("dialect", policy.dialect());
    present("environment_choice", policy.environmentChoice());
    if (present("keys", keys)) {
      present("keys.creators", keys.creators());
      present("keys.authority", keys.authority());
      present("keys.expiry", keys.expiry());
      present("keys.outstanding_tokens", keys.outstandingTokens());
      if (present("keys.limit", keys.limit())) {
        present("keys.limit.per", keys.limit().per());
      }
      if (keys.creationRate() != null) {
        present("keys.creation_rate.per", keys.creationRate().per());
      }
    }
    if (present("key_tokens", tokens)) {
      present("key_tokens.format", tokens.format());
      present("key_tokens.lifetime", tokens.lifetime());
      if (tokens.rate() != null) {
        present("key_tokens.rate.per", tokens.rate().per());
      }
    }
    if (present("sessions", sessions)) {
      present("sessions.access_lifetime", sessions.accessLifetime());
      present("sessions.refresh_lifetime", sessions.refreshLifetime());
      present("sessions.second_step", sessions.secondStep());
    }
    if (policy.commandRate() != null) {
      present("commands.rate.per", policy.commandRate().per());
    }
    must(
        policy.roles().values().stream().noneMatch(p -> p.stream().anyMatch(Objects::isNull)),
        "roles",
        "permissions are texts");
  }

  private boolean present(String field, @Nullable Object value) {
    must(value != null, field, "The field is missing.");
    return value != null;
  }

  private void environments(Policy policy) {
    List<String> all = policy.environments();
    must(DIALECTS.contains(policy.dialect()), "dialect", "one of " + DIALECTS);
    must(
        !all.isEmpty()
            && all.size() <= MOST_ENVIRONMENTS
            && isDistinct(all)
            && all.stream().allMatch(e -> ENVIRONMENT.matcher(e).matches()),
        "environments",
        "1 to " + MOST_ENVIRONMENTS + " different names of small letters, digits, _ and -");
    must(
        all.containsAll(policy.liveEnvironments()) && isDistinct(policy.liveEnvironments()),
        "live_environments",
        "different ones of the environments");
    must(
        all.containsAll(policy.allowlistEnvironments())
            && isDistinct(policy.allowlistEnvironments()),
        "allowlist_environments",
        "different ones of the environments");
    must(
        policy.environmentChoice() != EnvironmentChoice.ORGANIZATION_STATUS
            || (!policy.liveEnvironments().isEmpty()
                && policy.liveEnvironments().size() < all.size()),
        "environment_choice",
        "status can only choose between a live environment and another one");
  }

  private void keys(KeyRules keys, List<String> environments) {
    must(
        keys.prefixes().keySet().equals(Set.copyOf(environments))
            && keys.prefixes().values().stream().allMatch(p -> PREFIX.matcher(p).matches()),
        "keys.prefixes",
        "one for each environment, of small letters, digits and _");
    must(
        !keys.uses().isEmpty() && isDistinct(keys.uses()), "keys.uses", "at least one, none twice");
    must(
        keys.limit().maximum() >= 1 && keys.limit().maximum() <= MOST_KEYS,
        "keys.limit.maximum",
        "1 to " + MOST_KEYS);
    rate("keys.creation_rate", keys.creationRate(), 1, MOST_KEYS, LONGEST_RATE);
    must(isGrace(keys.defaultGrace()), "keys.default_grace", "PT0S to " + LONGEST_GRACE);
    must(isGrace(keys.maximumGrace()), "keys.maximum_grace", "PT0S to " + LONGEST_GRACE);
    must(
        keys.maximumAge() == null || isBetween(SHORTEST_AGE, keys.maximumAge(), LONGEST_AGE),
        "keys.maximum_age",
        SHORTEST_AGE + " to " + LONGEST_AGE + ", or null for any age");
    must(
        keys.ageBounds() == null || keys.ageBounds().size() <= AgeBound.MOST,
        "keys.maximum_age",
        "changed no more than " + AgeBound.MOST + " times within " + AgeBound.NOTICE);
    must(
        keys.maximumGrace() == null
            || (keys.defaultGrace() != null
                && keys.defaultGrace().compareTo(keys.maximumGrace()) <= 0),
        "keys.default_grace",
        "not longer than the maximum");
  }

  private void rate(
      String field, KeyRules.@Nullable Rate rate, int fewest, int most, Duration longest) {
    must(
        rate == null || (rate.maximum() >= fewest && rate.maximum() <= most),
        field + ".maximum",
        fewest + " to " + most);
    must(
        rate == null || isBetween(Duration.ofSeconds(1), rate.per(), longest),
        field + ".per",
        "PT1S to " + longest);
  }

  private void keyTokens(KeyTokenRules tokens) {
    must(
        isBetween(SHORTEST_ACCESS_TOKEN, tokens.lifetime(), LONGEST_ACCESS_TOKEN),
        "key_tokens.lifetime",
        SHORTEST_ACCESS_TOKEN + " to " + LONGEST_ACCESS_TOKEN);
    must(
        tokens.refreshLifetime() == null
            || isBetween(tokens.lifetime(), tokens.refreshLifetime(), LONGEST_REFRESH),
        "key_tokens.refresh_lifetime",
        "from the access token's lifetime to " + LONGEST_REFRESH);
    must(
        tokens.familyLifetime() == null
            || (tokens.refreshLifetime() != null
                && isBetween(tokens.refreshLifetime(), tokens.familyLifetime(), LONGEST_FAMILY)),
        "key_tokens.family_lifetime",
        "from the refresh token's lifetime to " + LONGEST_FAMILY);
    reuseInterval("key_tokens.refresh_reuse_interval", tokens.refreshReuseInterval());
    rate("key_tokens.rate", tokens.rate(), 1, MOST_GRANTS, LONGEST_RATE);
  }

  private void sessions(SessionRules sessions) {
    must(
        isBetween(SHORTEST_ACCESS_TOKEN, sessions.accessLifetime(), LONGEST_ACCESS_TOKEN),
        "sessions.access_lifetime",
        SHORTEST_ACCESS_TOKEN + " to " + LONGEST_ACCESS_TOKEN);
    must(
        isBetween(sessions.accessLifetime(), sessions.refreshLifetime(), LONGEST_REFRESH),
        "sessions.refresh_lifetime",
        "from the access token's lifetime to " + LONGEST_REFRESH);
    must(
        sessions.familyLifetime() == null
            || isBetween(sessions.refreshLifetime(), sessions.familyLifetime(), LONGEST_FAMILY),
        "sessions.family_lifetime",
        "from the refresh token's lifetime to " + LONGEST_FAMILY);
    reuseInterval("sessions.refresh_reuse_interval", sessions.refreshReuseInterval());
  }

  private void reuseInterval(String field, @Nullable Duration interval) {
    must(
        interval == null
            || isBetween(Duration.ofSeconds(1), interval, Refresh.LONGEST_REUSE_INTERVAL),
        field,
        "PT1S to " + Refresh.LONGEST_REUSE_INTERVAL + ", or null for none");
  }

  private void permissions(String field, List<String> permissions) {
    must(
        permissions.size() <= MOST_PERMISSIONS
            && isDistinct(permissions)
            && permissions.stream().allMatch(Permissions::isWellFormed),
        field,
        "at most " + MOST_PERMISSIONS + " different permissions of the form resource.action");
    permissions.stream()
        .filter(Permissions::isMisspelt)
        .findFirst()
        .ifPresent(name -> must(false, field, "The platform has no permission " + name + "."));
  }

  private void witnesses(@Nullable WitnessRules rules) {
    if (rules == null) {
      return;
    }
    List<String> keys = rules.keys();
    must(
        !keys.isEmpty()
            && keys.size() <= MOST_WITNESSES
            && isDistinct(keys.stream().map(key -> key.split("\\+", 2)[0]).toList())
            && keys.stream().allMatch(PolicyCheck::isWitness),
        "witnesses.keys",
        "1 to " + MOST_WITNESSES + " verifier keys of witnesses (C2SP), each of another name");
    must(
        rules.required() >= 1 && rules.required() <= keys.size(),
        "witnesses.required",
        "1 to the number of witnesses");
  }

  private static boolean isWitness(String key) {
    try {
      return NoteVerifier.parse(key).isWitness();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isGrace(@Nullable Duration grace) {
    return grace == null || isBetween(Duration.ZERO, grace, LONGEST_GRACE);
  }

  private static boolean isBetween(Duration least, Duration actual, Duration most) {
    return actual.compareTo(least) >= 0 && actual.compareTo(most) <= 0;
  }

  private static boolean isDistinct(Collection<?> items) {
    return new HashSet<>(items).size() == items.size();
  }

  private void must(boolean holds, String field, String detail) {
    if (!holds) {
      faults.add(new Fault(field, detail));
    }
  }
}
