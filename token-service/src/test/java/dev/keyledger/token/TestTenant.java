package dev.keyledger.token;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.TokenRules;
import dev.keyledger.kit.keys.ServerKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * An organisation with an owner, a developer and keys, as the records that the ledger would publish
 * of it; each method that changes something gives the record to publish.
 */
public final class TestTenant {
  /** Of no dialect and any environment, from an address that is not known. */
  public static final RequestContext ANYWHERE = RequestContext.from("");

  private static final SecureRandom RANDOM = new SecureRandom();
  public static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  private final Supplier<ServerKeys> serverKeys;
  public final OrganizationId id = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  public final String slug = "tenant-" + Long.toString(RANDOM.nextLong() >>> 1, 36);
  public final MemberId owner = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  public final PersonId ownerPerson = PersonId.of(UuidCreator.getTimeOrderedEpoch());
  private long position = -1;
  private OrganizationAccess organization;

  public TestTenant(Supplier<ServerKeys> serverKeys) {
    this.serverKeys = serverKeys;
    this.organization =
        new OrganizationAccess(
            id, 0, slug, OrganizationKind.STANDARD, true, true, false, List.of(), policy());
  }

  public static Policy policy() {
    return new Policy(
        "canonical",
        List.of("test", "live"),
        Policy.EnvironmentChoice.CREATOR,
        List.of(),
        List.of("live"),
        new KeyRules(
            Map.of("test", "kl_test", "live", "kl_live"),
            List.of(KeyUse.DIRECT, KeyUse.EXCHANGE, KeyUse.LOGIN),
            KeyRules.Creators.PERMISSION,
            Authority.CREATOR,
            new KeyRules.Limit(100, KeyRules.Limit.Per.ENVIRONMENT),
            null,
            KeyRules.Expiry.OPTIONAL,
            Duration.ofDays(1),
            Duration.ofDays(7),
            OutstandingTokens.END),
        new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), Duration.ofDays(7)),
        new SessionRules(
            Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
        Map.of(
            Role.OWNER, List.of("keys.verify", "clients.read", "clients.write"),
            Role.DEVELOPER, List.of("clients.read")),
        List.of());
  }

  public static Policy with(
      Policy p, List<KeyUse> uses, Authority authority, OutstandingTokens outstanding) {
    KeyRules k = p.keys();
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        new KeyRules(
            k.prefixes(),
            uses,
            k.creators(),
            authority,
            k.limit(),
            k.creationRate(),
            k.expiry(),
            k.defaultGrace(),
            k.maximumGrace(),
            outstanding),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        p.onboardingPermissions());
  }

  /**
   * @param ofPeople of their access tokens
   * @param ofKeys of theirs
   */
  public static Policy withLifetimes(Policy p, Duration ofPeople, Duration ofKeys) {
    KeyTokenRules t = p.keyTokens();
    SessionRules s = p.sessions();
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        p.keys(),
        new KeyTokenRules(t.format(), ofKeys, t.refreshLifetime(), t.refresh(), t.familyLifetime()),
        new SessionRules(
            ofPeople, s.refreshLifetime(), s.refresh(), s.familyLifetime(), s.secondStep()),
        p.roles(),
        p.onboardingPermissions());
  }

  public static Policy onboardingWithout(Policy p, String... permissions) {
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        p.keys(),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        List.of(permissions));
  }

  public static Policy inDialect(Policy p, String dialect) {
    return new Policy(
        dialect,
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        p.keys(),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        p.onboardingPermissions());
  }

  public static Policy with(Policy p, KeyTokenRules tokens) {
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        p.allowlistManagers(),
        p.keys(),
        tokens,
        p.sessions(),
        p.roles(),
        p.onboardingPermissions(),
        p.commands(),
        p.witnesses(),
        p.receipts(),
        p.leakedKeys(),
        p.tokens());
  }

  /** Its JWT access tokens stand in a status list. */
  public static Policy listing(Policy p) {
    return new Policy(
        p.dialect(),
        p.environments(),
        p.environmentChoice(),
        p.liveEnvironments(),
        p.allowlistEnvironments(),
        p.allowlistManagers(),
        p.keys(),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        p.onboardingPermissions(),
        p.commands(),
        p.witnesses(),
        p.receipts(),
        p.leakedKeys(),
        new TokenRules(true));
  }

  public long position() {
    return position;
  }

  public OrganizationAccess registered() {
    return organization = at(organization, organization.policy());
  }

  public OrganizationAccess withPolicy(UnaryOperator<Policy> change) {
    return organization = at(organization, change.apply(organization.policy()));
  }

  private OrganizationAccess at(OrganizationAccess o, Policy policy) {
    return new OrganizationAccess(
        id,
        ++position,
        slug,
        o.kind(),
        o.verified(),
        o.live(),
        o.suspended(),
        o.ipAllowlist(),
        policy);
  }

  public OrganizationAccess ofKind(OrganizationKind kind) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id, ++position, slug, kind, true, true, false, o.ipAllowlist(), o.policy());
  }

  public OrganizationAccess suspended(boolean suspended) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id, ++position, slug, o.kind(), true, true, suspended, o.ipAllowlist(), o.policy());
  }

  public OrganizationAccess verified(boolean verified) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id,
            ++position,
            slug,
            o.kind(),
            verified,
            verified,
            o.suspended(),
            o.ipAllowlist(),
            o.policy());
  }

  public OrganizationAccess allowing(String... cidrs) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id, ++position, slug, o.kind(), true, true, o.suspended(), List.of(cidrs), o.policy());
  }

  /** People's requests too, since it binds all environments. */
  public OrganizationAccess allowingEverywhere(String cidr) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id,
            ++position,
            slug,
            o.kind(),
            true,
            true,
            o.suspended(),
            List.of(cidr),
            o.policy().environments(),
            o.policy());
  }

  public OrganizationAccess allowingIn(String environment, String cidr) {
    var o = organization;
    return organization =
        new OrganizationAccess(
            id,
            ++position,
            slug,
            o.kind(),
            true,
            true,
            o.suspended(),
            List.of(cidr),
            List.of(environment),
            o.policy());
  }

  public MemberAccess ownerAs(Role role) {
    return new MemberAccess(id, ++position, owner, ownerPerson, role, false);
  }

  public MemberAccess ownerRemoved() {
    return new MemberAccess(id, ++position, owner, ownerPerson, Role.OWNER, true);
  }

  public Key key(String environment, String... scopes) {
    return new Key(environment, List.of(scopes));
  }

  /** A key whose creator is the owner. */
  public final class Key {
    public final KeyId id = KeyId.of(UuidCreator.getTimeOrderedEpoch());
    private final String environment;
    private List<String> scopes;
    private Instant expiresAt;
    private KeyState state = KeyState.ACTIVE;
    private KeyAccess.Suspension suspension;
    private MemberId creator = owner;
    private final List<SecretAccess> secrets = new ArrayList<>();
    public String secret;

    private Key(String environment, List<String> scopes) {
      this.environment = environment;
      this.scopes = scopes;
      issue();
    }

    private void issue() {
      var bytes = new byte[32];
      RANDOM.nextBytes(bytes);
      var pepper = serverKeys.get().currentPepper();
      KeySecret minted =
          KeySecret.mint(
              organization.policy().keys().prefixes().get(environment), pepper.id(), bytes);
      secret = minted.text().revealSecret();
      secrets.add(
          new SecretAccess(minted.shownPrefix(), pepper.encodedVerifierOf(minted), LONG_AGO, null));
    }

    public String prefix() {
      return secrets.getLast().prefix();
    }

    public KeyAccess record() {
      return new KeyAccess(
          TestTenant.this.id,
          ++position,
          id,
          environment,
          scopes,
          creator,
          expiresAt,
          state,
          secrets.subList(Math.max(0, secrets.size() - 2), secrets.size()),
          suspension);
    }

    /** Until then; until it is resumed, when {@code null}. */
    public KeyAccess suspended(Instant until) {
      suspension = new KeyAccess.Suspension(until);
      return record();
    }

    public KeyAccess resumed() {
      suspension = null;
      return record();
    }

    public KeyAccess narrowedTo(String... remaining) {
      scopes = List.of(remaining);
      return record();
    }

    public Key madeByOperator() {
      creator = null;
      return this;
    }

    public Key expiringAt(Instant end) {
      expiresAt = end;
      return this;
    }

    /** Its newest secret was. */
    public Key made(Instant at) {
      SecretAccess newest = secrets.removeLast();
      secrets.add(new SecretAccess(newest.prefix(), newest.verifier(), at, newest.validUntil()));
      return this;
    }

    public KeyAccess revoked() {
      state = KeyState.REVOKED;
      return record();
    }

    public KeyAccess expired() {
      state = KeyState.EXPIRED;
      return record();
    }

    /** The older secret ends then; never, when {@code null}. */
    public KeyAccess rotated(Instant olderUntil) {
      SecretAccess older = secrets.removeLast();
      secrets.add(
          new SecretAccess(older.prefix(), older.verifier(), older.createdAt(), olderUntil));
      issue();
      return record();
    }

    /** As an event says it. */
    public KeyAccess olderEndedAt(Instant end) {
      SecretAccess older = secrets.get(secrets.size() - 2);
      secrets.set(
          secrets.size() - 2,
          new SecretAccess(older.prefix(), older.verifier(), older.createdAt(), end, end));
      return record();
    }
  }
}
