package dev.keyledger.command;

import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Refusal;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.Actor;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.OrganizationId;
import java.time.Clock;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Keyledger's own organisation, whose keys are the platform services'. It is there from the first
 * start on, whichever replica is first: its id is the same everywhere, and its slug is given once.
 */
@Component
public final class PlatformOrganization implements ApplicationRunner {
  public static final OrganizationId ID =
      new OrganizationId("org_00000000-0000-7000-8000-000000000000");

  private final Ledger ledger;
  private final Presets presets;
  private final Clock clock;

  PlatformOrganization(Ledger ledger, Presets presets, Clock clock) {
    this.ledger = ledger;
    this.presets = presets;
    this.clock = clock;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    try {
      ledger.execute(
          new Register(
              ID,
              new CommandContext(Actor.SYSTEM, Origin.NONE, clock.instant()),
              Standing.PLATFORM_SLUG,
              "Keyledger",
              OrganizationKind.PLATFORM,
              null,
              presets.platform()));
    } catch (RefusedException e) {
      if (!(e.refusal() instanceof Refusal.SlugTaken)) {
        throw e;
      }
    }
  }
}
