package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.Creators;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import java.util.Optional;

/** Who may do what to keys. */
record KeyAccessRules(KeyRules policy, Asker asker, Members members) {

  void mustCreate() {
    Asker.must(mayCreate());
  }

  private boolean mayCreate() {
    return switch (asker) {
      case Asker.Operator o -> true;
      case Asker.Platform p -> false;
      case Asker.Person p ->
          switch (policy.creators()) {
            case ANY_MEMBER -> true;
            case PERMISSION -> p.permissions().contains(Permissions.API_KEYS_CREATE);
            case OPERATOR -> false;
          };
    };
  }

  /**
   * The key, for holders of the permission and, where they may create keys at all, for whoever
   * created it. Whoever may do neither isn't told whether it exists.
   */
  Key managed(KeyId id, Optional<Key> key, String permission) {
    boolean ownOrUnknown = key.map(this::isOwn).orElse(true);
    Asker.must(asker.may(permission) || (mayCreate() && ownOrUnknown));
    return key.orElseThrow(() -> new KeyNotFound().toException());
  }

  private boolean isOwn(Key key) {
    return asker.membership().map(m -> m.id().equals(key.createdBy())).orElse(false);
  }

  /**
   * The key, for whoever may have a new secret of it. Where a key acts for its creator, nobody gets
   * the secret of one whose creator stands above them: it would lend them a role that nobody
   * granted.
   */
  Key rotated(KeyId id, Optional<Key> key) {
    Asker.must(asker.isOperator() || policy.creators() != Creators.OPERATOR);
    Key found = managed(id, key, Permissions.API_KEYS_ROTATE);
    Asker.must(policy.authority() == Authority.ORGANIZATION || !asker.isBelow(creatorsRole(found)));
    return found;
  }

  /** A key of the operator's acts for the owner. */
  private Role creatorsRole(Key key) {
    return Optional.ofNullable(key.createdBy())
        .flatMap(members::find)
        .map(Member::role)
        .orElse(Role.OWNER);
  }
}
