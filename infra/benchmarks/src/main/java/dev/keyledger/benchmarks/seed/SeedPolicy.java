package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The policy of every seeded organisation: no limit that a benchmark could meet. */
public final class SeedPolicy {
  public static final String ENVIRONMENT = "live";
  public static final String PREFIX = "kl_live";
  public static final String SCOPE = "clients.read";

  static final String PLATFORM_ENVIRONMENT = "platform";
  static final String PLATFORM_PREFIX = "kl_platform";

  private static final List<String> OWNED =
      Stream.concat(Permissions.ALL.stream(), Stream.of(SCOPE, "clients.write")).toList();

  private SeedPolicy() {}

  /**
   * @param format of the access tokens that a key obtains
   */
  public static Policy of(KeyTokenRules.Format format) {
    return of(format, KeyRules.Authority.CREATOR);
  }

  /** For keys that the operator makes: they act for no member. */
  public static Policy ofKeysOfOrganizations() {
    return of(KeyTokenRules.Format.JWT, KeyRules.Authority.ORGANIZATION);
  }

  private static Policy of(KeyTokenRules.Format format, KeyRules.Authority authority) {
    return new Policy(
        "canonical",
        List.of(ENVIRONMENT),
        Policy.EnvironmentChoice.CREATOR,
        List.of(),
        List.of(ENVIRONMENT),
        new KeyRules(
            Map.of(ENVIRONMENT, PREFIX),
            List.of(KeyRules.KeyUse.DIRECT, KeyRules.KeyUse.EXCHANGE, KeyRules.KeyUse.LOGIN),
            KeyRules.Creators.PERMISSION,
            authority,
            new KeyRules.Limit(1_000_000, KeyRules.Limit.Per.ENVIRONMENT),
            null,
            KeyRules.Expiry.OPTIONAL,
            Duration.ofDays(1),
            Duration.ofDays(7),
            KeyRules.OutstandingTokens.END),
        new KeyTokenRules(format, Duration.ofMinutes(15), null),
        new SessionRules(
            Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
        Map.of(
            Role.OWNER, OWNED,
            Role.ADMIN, OWNED,
            Role.DEVELOPER, List.of(Permissions.API_KEYS_READ, SCOPE),
            Role.AUDITOR, List.of(Permissions.AUDIT_READ, Permissions.API_KEYS_READ),
            Role.EMPLOYEE, List.of(Permissions.ORGANIZATION_READ)),
        List.of());
  }

  /** Of the organisation whose keys are platform services. */
  static Policy ofPlatform() {
    return new Policy(
        "canonical",
        List.of(PLATFORM_ENVIRONMENT),
        Policy.EnvironmentChoice.CREATOR,
        List.of(),
        List.of(),
        new KeyRules(
            Map.of(PLATFORM_ENVIRONMENT, PLATFORM_PREFIX),
            List.of(KeyRules.KeyUse.DIRECT),
            KeyRules.Creators.OPERATOR,
            KeyRules.Authority.ORGANIZATION,
            new KeyRules.Limit(1_000, KeyRules.Limit.Per.ORGANIZATION),
            null,
            KeyRules.Expiry.OPTIONAL,
            null,
            null,
            KeyRules.OutstandingTokens.END),
        new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
        new SessionRules(
            Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
        Map.of(),
        List.of());
  }
}
