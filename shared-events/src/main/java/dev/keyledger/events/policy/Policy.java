package dev.keyledger.events.policy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an organisation allows, as data: set by a command, recorded by an event, enforced by the
 * services that read it.
 *
 * @param dialect the published system whose paths serve this organisation ({@code incard}, {@code
 *     incrm}, {@code syncgram-pay}, {@code octopus-cards}) or {@code canonical} for none of them
 * @param environments names of the environments a key may belong to, at least one
 * @param environmentChoice who decides a new key's environment
 * @param liveEnvironments environments whose keys need a live organisation, a subset of {@code
 *     environments}
 * @param allowlistEnvironments environments that an IP allowlist binds which names none
 * @param allowlistManagers who sets it; in policies of before there was a choice the callers who
 *     may manage the policy
 * @param roles permissions by role; a role that is absent has none
 * @param onboardingPermissions what no member and no key of the organisation may do until it is
 *     verified, whatever their role says; empty in policies of before there were such
 * @param commands {@code null} where it bounds none, as in policies of before there was a bound
 * @param witnesses {@code null} where the organisation has none of its own
 * @param receipts {@code null} where they speak for the replicas of token-service alone, as in
 *     policies of before there was a choice
 * @param leakedKeys {@code null} where they are revoked, as in policies of before there was a
 *     choice
 * @param tokens {@code null} where none is listed, as in policies of before there were lists
 */
public record Policy(
    String dialect,
    List<String> environments,
    EnvironmentChoice environmentChoice,
    List<String> liveEnvironments,
    List<String> allowlistEnvironments,
    AllowlistManagers allowlistManagers,
    KeyRules keys,
    KeyTokenRules keyTokens,
    SessionRules sessions,
    Map<Role, List<String>> roles,
    List<String> onboardingPermissions,
    @Nullable CommandRules commands,
    @Nullable WitnessRules witnesses,
    @Nullable ReceiptRules receipts,
    @Nullable LeakedKeys leakedKeys,
    @Nullable TokenRules tokens) {

  public Policy {
    environments = List.copyOf(environments);
    liveEnvironments = List.copyOf(liveEnvironments);
    allowlistEnvironments = List.copyOf(allowlistEnvironments);
    allowlistManagers =
        allowlistManagers == null ? AllowlistManagers.PERMISSION : allowlistManagers;
    roles = Map.copyOf(roles);
    onboardingPermissions =
        onboardingPermissions == null ? List.of() : List.copyOf(onboardingPermissions);
    commands = commands == null || commands.rate() == null ? null : commands;
  }

  /**
   * Without witnesses of its own, with receipts that speak for no follower, where leaked keys are
   * revoked and no token is listed.
   */
  public Policy(
      String dialect,
      List<String> environments,
      EnvironmentChoice environmentChoice,
      List<String> liveEnvironments,
      List<String> allowlistEnvironments,
      AllowlistManagers allowlistManagers,
      KeyRules keys,
      KeyTokenRules keyTokens,
      SessionRules sessions,
      Map<Role, List<String>> roles,
      List<String> onboardingPermissions,
      @Nullable CommandRules commands) {
    this(
        dialect,
        environments,
        environmentChoice,
        liveEnvironments,
        allowlistEnvironments,
        allowlistManagers,
        keys,
        keyTokens,
        sessions,
        roles,
        onboardingPermissions,
        commands,
        null,
        null,
        null,
        null);
  }

  /** Whose members make as many changes as they like. */
  public Policy(
      String dialect,
      List<String> environments,
      EnvironmentChoice environmentChoice,
      List<String> liveEnvironments,
      List<String> allowlistEnvironments,
      AllowlistManagers allowlistManagers,
      KeyRules keys,
      KeyTokenRules keyTokens,
      SessionRules sessions,
      Map<Role, List<String>> roles,
      List<String> onboardingPermissions) {
    this(
        dialect,
        environments,
        environmentChoice,
        liveEnvironments,
        allowlistEnvironments,
        allowlistManagers,
        keys,
        keyTokens,
        sessions,
        roles,
        onboardingPermissions,
        null);
  }

  /** Whose allowlist is set by the callers who may manage the policy. */
  public Policy(
      String dialect,
      List<String> environments,
      EnvironmentChoice environmentChoice,
      List<String> liveEnvironments,
      List<String> allowlistEnvironments,
      KeyRules keys,
      KeyTokenRules keyTokens,
      SessionRules sessions,
      Map<Role, List<String>> roles,
      List<String> onboardingPermissions) {
    this(
        dialect,
        environments,
        environmentChoice,
        liveEnvironments,
        allowlistEnvironments,
        AllowlistManagers.PERMISSION,
        keys,
        keyTokens,
        sessions,
        roles,
        onboardingPermissions);
  }

  /**
   * As it is once it was set.
   *
   * @param before the one that it replaces; {@code null} for the first
   */
  public Policy setAt(Instant at, @Nullable Policy before) {
    return new Policy(
        dialect,
        environments,
        environmentChoice,
        liveEnvironments,
        allowlistEnvironments,
        allowlistManagers,
        keys.setAt(at, before == null ? null : before.keys),
        keyTokens,
        sessions,
        roles,
        onboardingPermissions,
        commands,
        witnesses,
        receipts,
        leakedKeys,
        tokens);
  }

  /** Who sets the IP allowlist, from the loosest. */
  public enum AllowlistManagers {
    /** Holders of {@code policy.manage}, and the operator. */
    PERMISSION,
    /** The platform's operator alone. */
    OPERATOR
  }

  /**
   * What becomes of a key once a secret of it was found where others can read it, loosest first.
   */
  public enum LeakedKeys {
    /** It is told, and the key works on. */
    REPORT,
    /** It is suspended until somebody resumes it. */
    SUSPEND,
    REVOKE
  }

  public enum EnvironmentChoice {
    /** The body of the request names it. */
    CREATOR,
    /**
     * A live environment if the organisation is live, otherwise the other one; what was asked is
     * ignored.
     */
    ORGANIZATION_STATUS
  }

  /** How many changes members may make at most, together; {@code null} for no bound. */
  public KeyRules.@Nullable Rate commandRate() {
    return commands == null ? null : commands.rate();
  }

  /** Who has to have applied what ended before it is said to be in force. */
  public ReceiptRules.WaitFor receiptsWaitFor() {
    return receipts == null ? ReceiptRules.WaitFor.TOKEN_SERVICE : receipts.waitFor();
  }

  /** Whether whoever ends a key waits for those who are told of it by subscriptions. */
  public boolean receiptsWaitForReceivers() {
    return receipts != null && Boolean.TRUE.equals(receipts.waitForReceivers());
  }

  /** The same to whom that is nothing; one of before there was such a rule couldn't read it. */
  public Policy withoutWaitingForReceivers() {
    if (receipts == null || receipts.waitForReceivers() == null) {
      return this;
    }
    return new Policy(
        dialect,
        environments,
        environmentChoice,
        liveEnvironments,
        allowlistEnvironments,
        allowlistManagers,
        keys,
        keyTokens,
        sessions,
        roles,
        onboardingPermissions,
        commands,
        witnesses,
        new ReceiptRules(receipts.waitFor(), null),
        leakedKeys,
        tokens);
  }

  /** Whether its JWT access tokens stand in a status list. */
  public boolean listsTokens() {
    return tokens != null && Boolean.TRUE.equals(tokens.statusList());
  }

  public LeakedKeys ofLeakedKeys() {
    return leakedKeys == null ? LeakedKeys.REVOKE : leakedKeys;
  }

  /** Permissions of a role, at the best; empty where the policy does not name it. */
  public List<String> permissionsOf(Role role) {
    return roles.getOrDefault(role, List.of());
  }

  /**
   * Every permission that there is under this policy: the platform's own, and those of the
   * organisation's services that a role names. Any other name gives nobody anything.
   */
  public SortedSet<String> knownPermissions() {
    var known = new TreeSet<>(Permissions.ALL);
    roles.values().forEach(known::addAll);
    return known;
  }

  /** What of them the role has while its organisation is verified, or not yet. */
  public List<String> permissionsOf(Role role, boolean verified) {
    List<String> all = permissionsOf(role);
    return verified || onboardingPermissions.isEmpty()
        ? all
        : all.stream().filter(permission -> !onboardingPermissions.contains(permission)).toList();
  }
}
