package dev.keyledger.command.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.KeyRules.Rate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Clients switch on these: a code never changes, and no two refusals share one. */
class RefusalCodesTest {
  private static final List<Refusal> ALL =
      List.of(
          new Refusal.InvalidField("field", "detail"),
          new Refusal.Forbidden(),
          new Refusal.AddressNotAllowed(),
          new Refusal.StreamExists(),
          new Refusal.OtherKind(),
          new Refusal.OrganizationNotFound(),
          new Refusal.SlugTaken(),
          new Refusal.OrganizationSuspended(),
          new Refusal.OrganizationNotVerified(),
          new Refusal.OrganizationNotLive(),
          new Refusal.ConnectedAccount(),
          new Refusal.PolicyCeilingExceeded("field"),
          new Refusal.WouldShutOutCaller("field"),
          new Refusal.EnvironmentInUse("test"),
          new Refusal.MemberNotFound(),
          new Refusal.AlreadyMember(),
          new Refusal.LastOwner(),
          new Refusal.KeyNotFound(),
          new Refusal.KeyNotActive(),
          new Refusal.KeyLimitReached(new Limit(1, Limit.Per.ORGANIZATION)),
          new Refusal.CreationRateExceeded(Duration.ofSeconds(1)),
          new Refusal.RateLimited(
              new CommandQuota(new Rate(1, Duration.ofMinutes(1)), 0, Duration.ofSeconds(1))),
          new Refusal.RotationInProgress(),
          new Refusal.NotRotating(),
          new Refusal.ScopeWidening(),
          new Refusal.SubscriptionNotFound(),
          new Refusal.SubscriptionLimitReached(20),
          new Refusal.InvalidUrl("public"),
          new Refusal.IdempotencyKeyReused());

  @Test
  void eachIsKnownByItsCode() {
    assertThat(ALL)
        .extracting(Refusal::code)
        .containsExactly(
            "invalid_field",
            "forbidden",
            "ip_not_allowed",
            "stream_exists",
            "other_kind",
            "organization_not_found",
            "slug_taken",
            "organization_suspended",
            "organization_not_verified",
            "organization_not_live",
            "connected_account",
            "policy_ceiling_exceeded",
            "would_shut_out_caller",
            "environment_in_use",
            "member_not_found",
            "already_member",
            "last_owner",
            "key_not_found",
            "key_not_active",
            "key_limit_reached",
            "creation_rate_exceeded",
            "rate_limited",
            "rotation_in_progress",
            "not_rotating",
            "scope_widening",
            "subscription_not_found",
            "subscription_limit_reached",
            "invalid_url",
            "idempotency_key_reused");
  }

  @Test
  void eachRefusalThereIsStandsHere() {
    assertThat(ALL.stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(Refusal.class.getPermittedSubclasses()));
  }
}
