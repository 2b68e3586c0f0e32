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

  record Decide(OrganizationCommand command, boolean contended) implements Request {}

  /** A command whose answer holds a secret. */
  record Issue(KeyCommand.Issuing command, @Nullable ClientKey clientKey, boolean contended)
      implements Request {}

  record Ask(OrganizationId organization, Consumer<OrganizationState> question)
      implements Request {}

  /** Whether an attempt at this has lost a race already. */
  default boolean isContended() {
    return switch (this) {
      case Decide r -> r.contended();
      case Issue r -> r.contended();
      case Ask r -> false;
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
