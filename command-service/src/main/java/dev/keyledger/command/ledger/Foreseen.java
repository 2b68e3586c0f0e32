package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.command.organization.Consequences;
import dev.keyledger.command.organization.Member;
import dev.keyledger.events.OrganizationEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a command would have made true, had it been meant. Nothing of it has happened.
 *
 * @param position that it was decided on; {@link
 *     dev.keyledger.command.organization.OrganizationState#NOTHING} where there is nothing yet
 * @param at when it was decided
 * @param member that a member command is about, as they are
 * @param quota that is left; a dry run takes none
 */
public record Foreseen(
    long position,
    Instant at,
    Consequences consequences,
    @Nullable Member member,
    @Nullable CommandQuota quota)
    implements Outcome {

  @Override
  public List<OrganizationEvent> events() {
    return consequences.events();
  }

  public Member theMember() {
    return Objects.requireNonNull(member, "the command is about no member");
  }

  public ForeseenException toException() {
    return new ForeseenException(this);
  }
}
