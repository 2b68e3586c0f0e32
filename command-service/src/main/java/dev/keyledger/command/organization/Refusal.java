package dev.keyledger.command.organization;

import dev.keyledger.events.policy.KeyRules.Limit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a command becomes no event. The codes are part of the API and never change. */
public sealed interface Refusal {
  String code();

  default RefusedException toException() {
    return new RefusedException(this);
  }

  record InvalidField(String field, String detail) implements Refusal {
    @Override
    public String code() {
      return "invalid_field";
    }
  }

  /**
   * The caller may not; what they asked about is not told either.
   *
   * @param permission that a member lacks, where it is one alone; {@code null} for who is none
   */
  record Forbidden(@Nullable String permission) implements Refusal {
    public Forbidden() {
      this(null);
    }

    @Override
    public String code() {
      return "forbidden";
    }
  }

  /** The organisation lists from where its people may act, and this isn't there. */
  record AddressNotAllowed() implements Refusal {
    @Override
    public String code() {
      return "ip_not_allowed";
    }
  }

  /** The key is the receiver of one already. */
  record StreamExists() implements Refusal {
    @Override
    public String code() {
      return "stream_exists";
    }
  }

  /** What is asked for is there for subscriptions of another kind. */
  record OtherKind() implements Refusal {
    @Override
    public String code() {
      return "other_kind";
    }
  }

  record OrganizationNotFound() implements Refusal {
    @Override
    public String code() {
      return "organization_not_found";
    }
  }

  record SlugTaken() implements Refusal {
    @Override
    public String code() {
      return "slug_taken";
    }
  }

  record OrganizationSuspended() implements Refusal {
    @Override
    public String code() {
      return "organization_suspended";
    }
  }

  record OrganizationNotVerified() implements Refusal {
    @Override
    public String code() {
      return "organization_not_verified";
    }
  }

  record OrganizationNotLive() implements Refusal {
    @Override
    public String code() {
      return "organization_not_live";
    }
  }

  record ConnectedAccount() implements Refusal {
    @Override
    public String code() {
      return "connected_account";
    }
  }

  /**
   * @param field of the policy, or {@code ip_allowlist}, that would allow more than the operator
   *     set
   */
  record PolicyCeilingExceeded(String field) implements Refusal {
    @Override
    public String code() {
      return "policy_ceiling_exceeded";
    }
  }

  /**
   * The caller could not act here any more, and didn't say that they know.
   *
   * @param field {@code ip_allowlist} where it is for their address, {@code roles} where their role
   *     could not set a policy any more
   */
  record WouldShutOutCaller(String field) implements Refusal {
    @Override
    public String code() {
      return "would_shut_out_caller";
    }
  }

  /** The policy would lose an environment that has live keys. */
  record EnvironmentInUse(String environment) implements Refusal {
    @Override
    public String code() {
      return "environment_in_use";
    }
  }

  record MemberNotFound() implements Refusal {
    @Override
    public String code() {
      return "member_not_found";
    }
  }

  record AlreadyMember() implements Refusal {
    @Override
    public String code() {
      return "already_member";
    }
  }

  record LastOwner() implements Refusal {
    @Override
    public String code() {
      return "last_owner";
    }
  }

  record KeyNotFound() implements Refusal {
    @Override
    public String code() {
      return "key_not_found";
    }
  }

  record KeyNotActive() implements Refusal {
    @Override
    public String code() {
      return "key_not_active";
    }
  }

  record KeyLimitReached(Limit limit) implements Refusal {
    @Override
    public String code() {
      return "key_limit_reached";
    }
  }

  /**
   * @param retryAfter until the next creation would pass, above zero
   */
  record CreationRateExceeded(Duration retryAfter) implements Refusal {
    @Override
    public String code() {
      return "creation_rate_exceeded";
    }
  }

  /** The organisation's members have made as many changes as its policy gives them for now. */
  record RateLimited(CommandQuota quota) implements Refusal {
    @Override
    public String code() {
      return "rate_limited";
    }
  }

  record RotationInProgress() implements Refusal {
    @Override
    public String code() {
      return "rotation_in_progress";
    }
  }

  record NotRotating() implements Refusal {
    @Override
    public String code() {
      return "not_rotating";
    }
  }

  record ScopeWidening() implements Refusal {
    @Override
    public String code() {
      return "scope_widening";
    }
  }

  record SubscriptionNotFound() implements Refusal {
    @Override
    public String code() {
      return "subscription_not_found";
    }
  }

  /**
   * @param maximum of one organisation at a time
   */
  record SubscriptionLimitReached(int maximum) implements Refusal {
    @Override
    public String code() {
      return "subscription_limit_reached";
    }
  }

  /**
   * The platform would not call it.
   *
   * @param why without anything of the URL
   */
  record InvalidUrl(String why) implements Refusal {
    @Override
    public String code() {
      return "invalid_url";
    }
  }

  /** The same client's key came before with another request. */
  record IdempotencyKeyReused() implements Refusal {
    @Override
    public String code() {
      return "idempotency_key_reused";
    }
  }
}
