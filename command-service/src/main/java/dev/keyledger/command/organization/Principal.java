package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.events.Actor;
import dev.keyledger.events.policy.Role;
import java.util.List;
import java.util.Optional;

/** What the caller of a command is in this organisation, at the moment of the decision. */
sealed interface Principal {

  /** Runs the platform: may what the owner may. */
  record Operator() implements Principal {}

  /** The platform itself, for what came due. */
  record Platform() implements Principal {}

  record Person(Member member, List<String> permissions) implements Principal {}

  /**
   * @throws RefusedException {@code forbidden} for a person who is no member any more, whatever
   *     their token says
   */
  static Principal of(Actor actor, Members members, Standing standing) {
    return switch (actor.kind()) {
      case OPERATOR -> new Operator();
      case SYSTEM -> new Platform();
      case MEMBER -> {
        Member member =
            Optional.ofNullable(actor.person())
                .flatMap(members::liveOf)
                .filter(m -> actor.member() == null || m.id().equals(actor.member()))
                .orElseThrow(() -> new Forbidden().toException());
        yield new Person(member, standing.permissionsOf(member.role()));
      }
    };
  }

  default boolean may(String permission) {
    return switch (this) {
      case Operator o -> true;
      case Platform p -> false;
      case Person p -> p.permissions().contains(permission);
    };
  }

  default boolean isOperator() {
    return this instanceof Operator;
  }

  /** Whether a role stands above the principal's own. */
  default boolean isBelow(Role role) {
    return switch (this) {
      case Operator o -> false;
      case Platform p -> true;
      case Person p -> role.isAbove(p.member().role());
    };
  }

  /** Empty for the operator and the platform, which are no members. */
  default Optional<Member> membership() {
    return this instanceof Person p ? Optional.of(p.member()) : Optional.empty();
  }

  default void mustBeOperator() {
    must(isOperator());
  }

  default void mustHold(String permission) {
    if (!may(permission)) {
      throw new Forbidden(membership().isPresent() ? permission : null).toException();
    }
  }

  static void must(boolean allowed) {
    if (!allowed) {
      throw new Forbidden().toException();
    }
  }
}
