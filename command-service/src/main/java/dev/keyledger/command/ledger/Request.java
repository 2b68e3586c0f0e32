package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.organization.Asked;
import dev.keyledger.command.organization.KeyCommand;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.id.OrganizationId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What goes over the command bus. */
sealed interface Request {
  String NAME = "keyledger";

  /** What an attempt decides on. */
  enum Basis {
    /**
     * What this replica has seen last, if that is not long ago. Good enough to accept by, since an
     * event is appended right behind it or not at all; nothing else is ever answered by it.
     */
    SEEN,
    /** What is committed. */
    COMMITTED,
    /** The same, and whoever has lost a race here or elsewhere waits for their turn. */
    IN_TURN
  }

  record Decide(OrganizationCommand command, Basis basis) implements Request {}

  /** A command whose answer holds a secret. */
  record Issue(KeyCommand.Issuing command, @Nullable ClientKey clientKey, Basis basis)
      implements Request {}

  record Ask(OrganizationId organization, Consumer<OrganizationState> question)
      implements Request {}

  default Basis basis() {
    return switch (this) {
      case Decide r -> r.basis();
      case Issue r -> r.basis();
      case Ask r -> Basis.COMMITTED;
    };
  }

  /** {@code null} where no event can come of it. */
  default @Nullable Asked asked() {
    return switch (this) {
      case Decide r -> r.command().asked();
      case Issue r -> r.command().asked();
      case Ask r -> null;
    };
  }
}
