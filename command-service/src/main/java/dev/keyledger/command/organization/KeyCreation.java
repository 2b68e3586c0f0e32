package dev.keyledger.command.organization;

import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.Refusal.CreationRateExceeded;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.KeyLimitReached;
import dev.keyledger.command.organization.Refusal.OrganizationNotLive;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Expiry;
import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Policy.EnvironmentChoice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of a new key, in the order in which they refuse. */
record KeyCreation(Standing standing, KeyRing keys) {

  KeyCreated decide(CreateKey c, KeyAccessRules rules) {
    rules.mustCreate();
    Fields.known("scopes", c.scopes(), standing.policy());
    Instant at = c.context().at();
    KeyRules policy = standing.policy().keys();
    Fields.end("expires_at", c.expiresAt(), at);
    Fields.check(
        c.expiresAt() == null || policy.expiry() == Expiry.OPTIONAL,
        "expires_at",
        "this organisation's keys have no end of their own");
    String environment = environmentFor(c.environment());
    MemberId creator = rules.creatorOf(c);
    mustBeWithinLimit(policy.limit(), environment, at);
    mustBeWithinRate(policy.creationRate(), rules.principal(), at);
    KeySecret secret = c.secret().mint(prefixOf(policy, environment));
    return new KeyCreated(
        c.key(),
        c.name(),
        environment,
        c.scopes(),
        creator,
        IssuedSecret.committed(secret.shownPrefix(), c.secret().verifierOf(secret), at),
        c.expiresAt(),
        at);
  }

  /** Where the organisation's status decides, what was asked does not matter. */
  private String environmentFor(@Nullable String asked) {
    Policy policy = standing.policy();
    if (policy.environmentChoice() == EnvironmentChoice.ORGANIZATION_STATUS) {
      return policy.environments().stream()
          .filter(e -> policy.liveEnvironments().contains(e) == standing.live())
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("a checked policy has one of each"));
    }
    List<String> environments = policy.environments();
    String chosen = asked == null && environments.size() == 1 ? environments.getFirst() : asked;
    if (chosen == null || !environments.contains(chosen)) {
      throw new InvalidField("environment", "one of " + environments).toException();
    }
    if (policy.liveEnvironments().contains(chosen) && !standing.live()) {
      throw new OrganizationNotLive().toException();
    }
    return chosen;
  }

  /**
   * A key past its end by the command's clock no longer counts, whether or not an event says so.
   */
  private void mustBeWithinLimit(Limit limit, String environment, Instant at) {
    int live =
        switch (limit.per()) {
          case ENVIRONMENT -> keys.liveIn(environment, at);
          case ORGANIZATION -> keys.live(at);
        };
    if (live >= limit.maximum()) {
      throw new KeyLimitReached(limit).toException();
    }
  }

  /**
   * Successful creations of this member's within the window that ends now, whatever became of them.
   * The operator's haste is bound by none.
   */
  private void mustBeWithinRate(@Nullable Rate rate, Principal principal, Instant at) {
    MemberId member = principal.membership().map(Member::id).orElse(null);
    if (rate == null || member == null) {
      return;
    }
    Duration retryAfter = keys.creationsBy(member).untilAtMost(rate.maximum() - 1, rate, at);
    if (!retryAfter.isZero()) {
      throw new CreationRateExceeded(retryAfter).toException();
    }
  }

  static String prefixOf(KeyRules policy, String environment) {
    String prefix = policy.prefixes().get(environment);
    if (prefix == null) {
      throw new IllegalStateException("a live key's environment has no prefix: " + environment);
    }
    return prefix;
  }

  /**
   * Until when the older secret works: as asked or by default, within the maximum, and never beyond
   * the key's own end; {@code null} until the rotation is completed. What its age lets it is left
   * to the policy, which may come to let it more.
   */
  static @Nullable Instant previousValidUntil(
      @Nullable Duration asked, KeyRules policy, Key key, Instant at) {
    Duration grace = asked == null ? policy.defaultGrace() : asked;
    if (asked != null && policy.maximumGrace() != null) {
      Fields.check(
          asked.compareTo(policy.maximumGrace()) <= 0,
          "grace_period",
          "at most " + policy.maximumGrace());
    }
    if (grace == null) {
      return null;
    }
    Instant until = at.plus(grace);
    return key.expiresAt() != null && key.expiresAt().isBefore(until) ? key.expiresAt() : until;
  }
}
