package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.events.OrganizationEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command's handler hands back through the steps around it. */
public sealed interface Outcome permits Decided, Issued, Foreseen {
  /**
   * Of the organisation after the command; where nothing had to change, of what made it so or of
   * something later.
   */
  long position();

  /** What was made true, or would be, in order; empty where it had been so before. */
  List<OrganizationEvent> events();

  /**
   * The newest revocation, which those who follow have to have before this is said to be in force;
   * {@code null} where the policy doesn't say so, or the command ended nothing.
   */
  default @Nullable Long awaitedAtFollowers() {
    return null;
  }

  /**
   * What is left of the rate of commands; {@code null} where there is none, or the answer is
   * repeated.
   */
  @Nullable CommandQuota quota();
}
