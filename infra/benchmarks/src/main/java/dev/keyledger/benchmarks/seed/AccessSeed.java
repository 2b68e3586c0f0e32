package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.keys.Pepper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * What token-service reads at its start: organisations of one owner and a hundred keys each, as the
 * relay would have written them.
 */
public final class AccessSeed {
  static final int KEYS_EACH = 100;
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");

  private final Ids ids;
  private final Pepper pepper;
  private final Policy policy;
  private final Consumer<AccessRecord> sink;
  private int organizations;

  /** A key whose secret is known, to be presented. */
  public record SeededKey(OrganizationId organization, KeyId key, KeySecret secret) {}

  /** An organisation and its one member. */
  public record SeededOrganization(OrganizationId id, MemberId owner) {}

  public AccessSeed(long seed, Pepper pepper, Policy policy, Consumer<AccessRecord> sink) {
    this.ids = new Ids(seed);
    this.pepper = pepper;
    this.policy = policy;
    this.sink = sink;
  }

  /** Keys whose secrets no client knows: they are only there to be held in memory. */
  public void silentKeys(int count) {
    for (int left = count; left > 0; left -= KEYS_EACH) {
      organization(Math.min(left, KEYS_EACH), this::silentKey);
    }
  }

  private KeyAccess silentKey(OrganizationId organization, MemberId owner, long position) {
    byte[] random = ids.bytes(32);
    String shown = SeedPolicy.PREFIX + "_" + pepper.id() + Integer.toHexString(random[0] & 0xff);
    return key(
        organization,
        owner,
        position,
        List.of(),
        new SecretAccess(
            shown, Base64.getUrlEncoder().withoutPadding().encodeToString(random), AT, null));
  }

  /** Of one owner and no key each. */
  public List<SeededOrganization> emptyOrganizations(int count) {
    var made = new ArrayList<SeededOrganization>(count);
    for (int i = 0; i < count; i++) {
      made.add(organization(0, this::silentKey));
    }
    return made;
  }

  /** Keys of these, again such whose secrets no client knows. */
  public void silentKeys(List<SeededOrganization> of, int each) {
    for (SeededOrganization organization : of) {
      for (int i = 0; i < each; i++) {
        sink.accept(silentKey(organization.id(), organization.owner(), i + 2));
      }
    }
  }

  /** Keys that can be used. */
  public List<SeededKey> usableKeys(int count) {
    var keys = new ArrayList<SeededKey>();
    for (int left = count; left > 0; left -= KEYS_EACH) {
      organization(
          Math.min(left, KEYS_EACH),
          (organization, owner, position) -> {
            KeySecret secret = KeySecret.mint(SeedPolicy.PREFIX, pepper.id(), ids.bytes(32));
            KeyAccess access = key(organization, owner, position, List.of(), of(secret));
            keys.add(new SeededKey(organization, access.key(), secret));
            return access;
          });
    }
    return keys;
  }

  /** A platform service that may verify everybody's keys, and the organisation behind it. */
  public SeededKey platformService(List<String> permissions) {
    OrganizationId platform = ids.organization();
    sink.accept(
        new OrganizationAccess(
            platform,
            0,
            "platform",
            OrganizationKind.PLATFORM,
            true,
            true,
            false,
            List.of(),
            SeedPolicy.ofPlatform()));
    KeySecret secret = KeySecret.mint(SeedPolicy.PLATFORM_PREFIX, pepper.id(), ids.bytes(32));
    KeyId key = ids.key();
    sink.accept(
        new KeyAccess(
            platform,
            1,
            key,
            SeedPolicy.PLATFORM_ENVIRONMENT,
            permissions,
            null,
            null,
            KeyAccess.KeyState.ACTIVE,
            List.of(of(secret))));
    return new SeededKey(platform, key, secret);
  }

  private SeededOrganization organization(int keys, KeyOf keyOf) {
    OrganizationId organization = ids.organization();
    MemberId owner = ids.member();
    sink.accept(
        new OrganizationAccess(
            organization,
            0,
            "seeded-" + organizations++,
            OrganizationKind.STANDARD,
            true,
            true,
            false,
            List.of(),
            policy));
    sink.accept(new MemberAccess(organization, 1, owner, ids.person(), Role.OWNER, false));
    for (int i = 0; i < keys; i++) {
      sink.accept(keyOf.make(organization, owner, i + 2));
    }
    return new SeededOrganization(organization, owner);
  }

  private KeyAccess key(
      OrganizationId organization,
      MemberId owner,
      long position,
      List<String> scopes,
      SecretAccess secret) {
    return new KeyAccess(
        organization,
        position,
        ids.key(),
        SeedPolicy.ENVIRONMENT,
        scopes,
        owner,
        null,
        KeyAccess.KeyState.ACTIVE,
        List.of(secret));
  }

  private SecretAccess of(KeySecret secret) {
    return new SecretAccess(secret.shownPrefix(), pepper.encodedVerifierOf(secret), AT, null);
  }

  private interface KeyOf {
    KeyAccess make(OrganizationId organization, MemberId owner, long position);
  }
}
