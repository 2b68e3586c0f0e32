package dev.keyledger.token.enforcement.access;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.token.TestTenant;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * What is left on the heap by records that came as they come from the topic, counted after full
 * collections: whatever holds on to them, and the tables' own share. A program of its own, since
 * other tests leave things behind that go while this counts.
 */
final class OrganizationMemory {
  enum Of {
    AN_ORGANISATION,
    AN_ORGANISATION_OF_ITS_OWN_POLICY,
    AN_ORGANISATION_WITH_AN_ALLOWLIST,
    A_KEY
  }

  private static final int ORGANIZATIONS = 10_000;
  private static final int KEYS = 50_000;
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final List<String> OWNED =
      Stream.concat(
              Permissions.ALL.stream(),
              Stream.of("clients.read", "clients.write", "payments.refund"))
          .toList();

  private final SplittableRandom random = new SplittableRandom(7);
  private final OrganizationId[] organizations = new OrganizationId[ORGANIZATIONS];

  private static Policy policy(int keyLimit) {
    Policy p = TestTenant.policy();
    KeyRules k = p.keys();
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        new KeyRules(
            k.prefixes(),
            k.uses(),
            k.creators(),
            k.authority(),
            new KeyRules.Limit(keyLimit, k.limit().per()),
            k.creationRate(),
            k.expiry(),
            k.defaultGrace(),
            k.maximumGrace(),
            k.outstandingTokens()),
        p.keyTokens(),
        p.sessions(),
        Map.of(
            Role.OWNER, OWNED,
            Role.ADMIN, OWNED,
            Role.DEVELOPER, OWNED.subList(0, 6),
            Role.AUDITOR, List.of(Permissions.AUDIT_READ, Permissions.API_KEYS_READ),
            Role.EMPLOYEE, List.of(Permissions.ORGANIZATION_READ)),
        List.of(Permissions.API_KEYS_CREATE));
  }

  private static void arrives(AccessState state, AccessRecord record) {
    state.apply(EventCodec.decodeAccess(record.subject().value(), EventCodec.encodeAccess(record)));
  }

  private void organization(AccessState state, int i, Policy policy, List<String> allowlist) {
    var id = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    organizations[i % ORGANIZATIONS] = id;
    arrives(
        state,
        new OrganizationAccess(
            id,
            0,
            "an-organisation-of-some-name-" + i,
            OrganizationKind.STANDARD,
            i % 2 == 0,
            true,
            false,
            allowlist,
            policy));
    arrives(
        state,
        new MemberAccess(
            id,
            1,
            MemberId.of(UuidCreator.getTimeOrderedEpoch()),
            PersonId.of(UuidCreator.getTimeOrderedEpoch()),
            Role.OWNER,
            false));
  }

  private void key(AccessState state, int i) {
    var verifier = new byte[32];
    random.nextBytes(verifier);
    arrives(
        state,
        new KeyAccess(
            organizations[i % 100],
            i + 2,
            KeyId.of(UuidCreator.getTimeOrderedEpoch()),
            "live",
            List.of("clients.read", "clients.write"),
            null,
            null,
            KeyAccess.KeyState.ACTIVE,
            List.of(
                new SecretAccess(
                    "kl_live_aB3dE5g",
                    Base64.getUrlEncoder().withoutPadding().encodeToString(verifier),
                    AT,
                    null))));
  }

  private static long held() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static double bytesForEach(int count, IntConsumer each) {
    long before = held();
    for (int i = 0; i < count; i++) {
      each.accept(i);
    }
    return (held() - before) / (double) count;
  }

  /** Prints the bytes of what is named. */
  public static void main(String[] arguments) {
    var memory = new OrganizationMemory();
    System.out.println(
        switch (Of.valueOf(arguments[0])) {
          case AN_ORGANISATION -> memory.ofOrganizations(i -> policy(100), List.of());
          case AN_ORGANISATION_OF_ITS_OWN_POLICY ->
              memory.ofOrganizations(OrganizationMemory::policy, List.of());
          case AN_ORGANISATION_WITH_AN_ALLOWLIST ->
              memory.ofOrganizations(
                  i -> policy(100), List.of("192.0.2.%d", "10.%d.0.0/16", "2001:db8:%d::/48"));
          case A_KEY -> memory.ofKeys();
        });
  }

  private double ofOrganizations(IntFunction<Policy> policy, List<String> allowlist) {
    var state = new AccessState();
    // What all of them share is there before.
    organization(state, 0, policy.apply(0), List.of("192.0.2.1"));
    double each =
        bytesForEach(
            ORGANIZATIONS,
            i ->
                organization(
                    state,
                    i + 1,
                    policy.apply(i + 1),
                    allowlist.stream().map(range -> range.formatted(i % 256)).toList()));
    requireHeld(state.organizationCount(), ORGANIZATIONS + 1);
    return each;
  }

  private double ofKeys() {
    var state = new AccessState();
    for (int i = 0; i < 100; i++) {
      organization(state, i, policy(100), List.of());
    }
    key(state, KEYS);
    double each = bytesForEach(KEYS, i -> key(state, i));
    requireHeld(state.keyCount(), KEYS + 1);
    return each;
  }

  private static void requireHeld(int held, int expected) {
    if (held != expected) {
      throw new IllegalStateException(held + " are held, not " + expected);
    }
  }
}
