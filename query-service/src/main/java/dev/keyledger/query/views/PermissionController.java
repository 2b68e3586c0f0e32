package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/permissions", produces = "application/json")
class PermissionController {
  private static final int MOST_MEMBERS = 100;

  /**
   * @param platform whether it is one of the platform's own, or of the organisation's services
   * @param needsVerification whether nobody has it until the organisation is verified
   * @param roles that the policy gives it to, highest first
   * @param memberCount how many members have it now
   * @param members the newest hundred of them; {@code null} for a caller who may not read members
   */
  record Permission(
      String name,
      boolean platform,
      boolean needsVerification,
      List<Role> roles,
      int memberCount,
      @Nullable List<MemberId> members) {}

  /** All that there are, by name. */
  record PermissionList(List<Permission> items) {}

  private record Rules(Policy policy, boolean verified) {}

  private record Holder(MemberId id, Role role) {}

  private final Reads reads;

  PermissionController(Reads reads) {
    this.reads = reads;
  }

  /** What a key's scopes may name here, and a role's permissions: with whom each is now. */
  @GetMapping
  @Requires(Permissions.POLICY_READ)
  ResponseEntity<PermissionList> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    boolean showsMembers = caller.may(Permissions.MEMBERS_READ);
    return reads.of(
        caller,
        org,
        atLeast,
        snapshot -> {
          Rules rules = rules(snapshot);
          Map<Role, List<MemberId>> members = members(snapshot);
          return new PermissionList(
              rules.policy.knownPermissions().stream()
                  .map(name -> permission(name, rules, members, showsMembers))
                  .toList());
        });
  }

  private static Permission permission(
      String name, Rules rules, Map<Role, List<MemberId>> members, boolean showsMembers) {
    List<MemberId> holders =
        Arrays.stream(Role.values())
            .filter(role -> rules.policy.permissionsOf(role, rules.verified).contains(name))
            .flatMap(role -> members.getOrDefault(role, List.of()).stream())
            .sorted((one, other) -> other.value().compareTo(one.value()))
            .toList();
    return new Permission(
        name,
        Permissions.ALL.contains(name),
        rules.policy.onboardingPermissions().contains(name),
        Arrays.stream(Role.values())
            .filter(role -> rules.policy.permissionsOf(role).contains(name))
            .toList(),
        holders.size(),
        showsMembers ? holders.stream().limit(MOST_MEMBERS).toList() : null);
  }

  private static Rules rules(Snapshot snapshot) {
    return snapshot
        .sql(
            """
            select p.policy, o.status from policies@ p join organizations@ o on o.organization = p.organization
            where p.organization = :organization
            """)
        .query((row, n) ->
            new Rules(
                EventCodec.decode(row.getString(1).getBytes(StandardCharsets.UTF_8), Policy.class),
                !row.getString(2).equals("onboarding")))
        .single();
  }

  private static Map<Role, List<MemberId>> members(Snapshot snapshot) {
    var byRole = new EnumMap<Role, List<MemberId>>(Role.class);
    snapshot
        .sql(
            "select member, role from members@ where organization = :organization and removed_at is null")
        .query((row, n) ->
            new Holder(
                MemberId.of(row.getObject("member", UUID.class)),
                Role.valueOf(row.getString("role").toUpperCase(Locale.ROOT))))
        .list()
        .forEach(holder ->
            byRole.computeIfAbsent(holder.role, role -> new ArrayList<>()).add(holder.id));
    return byRole;
  }
}
