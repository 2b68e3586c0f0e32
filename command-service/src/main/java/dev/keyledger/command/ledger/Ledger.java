package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.ledger.CachedStateInterceptor.NothingAppendedException;
import dev.keyledger.command.organization.IssuingCommand;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.command.organization.StandingCommand.Register;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.AxonException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Where commands go. Of two that decide at once, on whatever replicas, one appends and the other
 * decides again on what the first has made true: that is no failure, and no caller sees it.
 */
@Component
public final class Ledger {
  /**
   * Far more than a fair race needs; once one was lost, a lock in the database keeps the race
   * short.
   */
  private static final int MOST_ATTEMPTS = 40;

  private static final long LONGEST_PAUSE_NANOS = 3_000_000;

  private final CommandGateway commands;
  private final OrganizationsAtHand organizations;
  private final LedgerFailures failures;
  private final List<WhenAppended> listeners;

  Ledger(
      CommandGateway commands,
      OrganizationsAtHand organizations,
      LedgerFailures failures,
      ObjectProvider<WhenAppended> listeners) {
    this.commands = commands;
    this.organizations = organizations;
    this.failures = failures;
    this.listeners = listeners.orderedStream().toList();
  }

  /**
   * @param command but for one that gives out a secret, which is to be {@linkplain #issue issued}
   * @throws dev.keyledger.command.organization.RefusedException with nothing changed
   * @throws ForeseenException when it is a dry run, with nothing changed either
   * @throws LedgerBusyException when others were always faster
   * @throws org.springframework.dao.DataAccessException when the database fails
   */
  public Decided execute(OrganizationCommand command) {
    if (command instanceof IssuingCommand) {
      throw new IllegalArgumentException("a command that gives out a secret is issued");
    }
    return (Decided) decided(command, null);
  }

  /**
   * As {@link #execute}.
   *
   * @param clientKey {@code null} where the client asked for no idempotence; the same one gets the
   *     same answer for a day
   */
  public Issued issue(IssuingCommand command, @Nullable ClientKey clientKey) {
    return (Issued) decided(command, clientKey);
  }

  /**
   * What the command would make true, decided as if it were meant, on what is committed.
   *
   * @param command a dry run
   * @throws dev.keyledger.command.organization.RefusedException as it would be refused
   */
  public Foreseen foresee(OrganizationCommand command) {
    if (!command.context().dryRun()) {
      throw new IllegalArgumentException("a command that is meant is executed");
    }
    return (Foreseen) translated(command, null);
  }

  private Outcome decided(OrganizationCommand command, @Nullable ClientKey clientKey) {
    if (command.context().dryRun()) {
      throw foresee(command).toException();
    }
    Outcome outcome = translated(command, clientKey);
    if (!outcome.events().isEmpty()) {
      listeners.forEach(WhenAppended::appended);
    }
    return outcome;
  }

  private Outcome translated(OrganizationCommand command, @Nullable ClientKey clientKey) {
    try {
      return attempted(command, clientKey);
    } catch (AxonException e) {
      throw failures.translated(e);
    }
  }

  /** By what was seen last, if that accepts; otherwise by what is committed. */
  private Outcome attempted(OrganizationCommand command, @Nullable ClientKey clientKey) {
    boolean dryRun = command.context().dryRun();
    // Nothing that a dry run appends would show that others have written meanwhile.
    Basis basis = dryRun ? Basis.COMMITTED : Basis.CACHED;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (!(command instanceof Register)) {
        bring(command.organization().value(), dryRun);
      }
      try {
        return commands.sendAndWait(new LedgerCommand(command, basis, clientKey).toMessage());
      } catch (ConcurrencyException | AggregateStreamCreationException e) {
        basis = Basis.LOCKED;
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
      } catch (NotAtHandException e) {
        // It is read before the next attempt.
      } catch (RefusedException | NothingAppendedException e) {
        if (basis != Basis.CACHED) {
          throw e;
        }
        basis = Basis.COMMITTED;
      }
    }
    throw new LedgerBusyException("too many commands for one organisation at once", null);
  }

  private void bring(String organization, boolean dryRun) {
    if (dryRun) {
      organizations.bringToRead(organization);
    } else {
      organizations.bring(organization);
    }
  }
}
