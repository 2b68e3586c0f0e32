package dev.keyledger.command.organization;

import dev.keyledger.command.organization.KeyCommand.CreateKey;
import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules.Creators;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may do what to keys. */
record KeyAccessRules(Standing standing, Principal principal, Members members) {

  void mustCreate() {
    if (standing.policy().keys().creators() == Creators.PERMISSION && !principal.isOperator()) {
      principal.mustHold(Permissions.API_KEYS_CREATE);
    }
    Principal.must(mayCreate());
  }

  /**
   * Whose a new key is: a member's own or, since a key that acts for its creator needs one, the
   * member's whom the operator names. Where keys are the organisation's, the operator's are no
   * member's.
   *
   * @throws RefusedException naming the field {@code member}
   */
  @Nullable MemberId creatorOf(CreateKey c) {
    MemberId named = c.member();
    Optional<Member> maker = principal.membership();
    if (maker.isPresent()) {
      Fields.check(named == null, "member", "only the operator makes keys for others");
      return maker.get().id();
    }
    if (!standing.keysActForTheirCreator()) {
      Fields.check(named == null, "member", "this organisation's keys act for no member");
      return null;
    }
    Fields.check(
        named != null && members.find(named).filter(m -> !m.removed()).isPresent(),
        "member",
        "a key acts for a member of the organisation: whose is it?");
    return named;
  }

  private boolean mayCreate() {
    return switch (principal) {
      case Principal.Operator o -> true;
      case Principal.Platform p -> false;
      case Principal.Person p ->
          switch (standing.policy().keys().creators()) {
            case ANY_MEMBER -> true;
            case PERMISSION -> p.permissions().contains(Permissions.API_KEYS_CREATE);
            case OPERATOR -> false;
          };
    };
  }

  /**
   * The key, for holders of the permission and, where they may create keys at all, for the member
   * who created it. A caller who may do neither isn't told whether it exists.
   */
  Key managed(KeyId id, Optional<Key> key, String permission) {
    boolean ownOrUnknown = key.map(this::isOwn).orElse(true);
    if (!(mayCreate() && ownOrUnknown)) {
      principal.mustHold(permission);
    }
    return key.orElseThrow(() -> new KeyNotFound().toException());
  }

  private boolean isOwn(Key key) {
    return principal.membership().map(m -> m.id().equals(key.createdBy())).orElse(false);
  }

  /**
   * The key, for a caller who may have a new secret of it. Where a key acts for its creator, none
   * gets the secret of one whose creator stands above them, or that may do what they may not
   * themselves: it would lend them what was never granted. A lower role is not always a smaller
   * one. Where keys are the organisation's, that is so of what a key may do on the platform.
   */
  Key rotated(KeyId id, Optional<Key> key) {
    Principal.must(
        principal.isOperator() || standing.policy().keys().creators() != Creators.OPERATOR);
    Key found = managed(id, key, Permissions.API_KEYS_ROTATE);
    Optional<Role> creators = creatorsRole(found);
    if (standing.keysActForTheirCreator()) {
      Principal.must(!principal.isBelow(creators.orElse(Role.OWNER)));
      Principal.must(permitted(creators, found).allMatch(principal::may));
    } else {
      Principal.must(
          permitted(creators, found).filter(Permissions.ALL::contains).allMatch(principal::may));
    }
    return found;
  }

  /** Empty for a key that names no creator: it may do whatever the organisation may. */
  private Optional<Role> creatorsRole(Key key) {
    return Optional.ofNullable(key.createdBy()).flatMap(members::find).map(Member::role);
  }

  /** What a key of such a creator may do. */
  private Stream<String> permitted(Optional<Role> creators, Key key) {
    return creators
        .map(role -> standing.permissionsOf(role).stream())
        .orElseGet(
            () -> Stream.of(Role.values()).flatMap(role -> standing.permissionsOf(role).stream()))
        .filter(permission -> key.scopes().isEmpty() || key.scopes().contains(permission));
  }
}
