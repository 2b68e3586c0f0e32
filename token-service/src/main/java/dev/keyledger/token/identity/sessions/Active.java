package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.web.GatewayHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** As what a person acts: member of an organisation, operator, or only themselves. */
sealed interface Active {
  SessionRules rules();

  default @Nullable OrganizationId organization() {
    return null;
  }

  default @Nullable MemberId memberId() {
    return null;
  }

  /**
   * Whether sign-in takes two steps of a person who has a second, or has none.
   *
   * @param dialect in which they sign in: the platform's own paths always know what to ask
   */
  default boolean asksForSecondStep(boolean enrolled, String dialect) {
    return switch (rules().secondStep()) {
      case NEVER -> enrolled && dialect.equals(GatewayHeaders.CANONICAL);
      case WHEN_ENROLLED -> enrolled;
      case ALWAYS -> true;
    };
  }

  record AsMember(OrganizationRules in, Membership member) implements Active {
    @Override
    public SessionRules rules() {
      return in.access().policy().sessions();
    }

    @Override
    public OrganizationId organization() {
      return in.id();
    }

    @Override
    public MemberId memberId() {
      return member.id();
    }
  }

  record AsOperator(
      Duration accessLifetime, Duration refreshLifetime, Duration refreshReuseInterval)
      implements Active {
    @Override
    public SessionRules rules() {
      return new SessionRules(
          accessLifetime,
          refreshLifetime,
          Refresh.FIXED,
          null,
          refreshReuseInterval,
          SecondStep.ALWAYS);
    }
  }

  /**
   * A member of no organisation: may accept an invitation, change their password, enrol a second
   * step.
   */
  record AsThemselves(
      Duration accessLifetime, Duration refreshLifetime, Duration refreshReuseInterval)
      implements Active {
    @Override
    public SessionRules rules() {
      return new SessionRules(
          accessLifetime,
          refreshLifetime,
          Refresh.FIXED,
          null,
          refreshReuseInterval,
          SecondStep.WHEN_ENROLLED);
    }
  }
}
