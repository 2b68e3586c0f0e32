package dev.keyledger.command.ledger;

import dev.keyledger.command.WhenAppended;
import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.ledger.Request.Basis;
import dev.keyledger.command.ledger.RequestHandler.NothingAppendedException;
import dev.keyledger.command.organization.KeyCommand;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;

/**
 * Where commands go. Of two that decide at once, on whatever replicas, one appends and the other
 * decides again on what the first has made true: that is no failure, and no caller sees it.
 */
public final class Ledger {
  /**
   * Far more than a fair race needs; once one was lost, a lock in the database keeps the race
   * short.
   */
  private static final int MOST_ATTEMPTS = 40;

  private static final long LONGEST_PAUSE_NANOS = 3_000_000;

  private final CommandGateway commands;
  private final List<WhenAppended> listeners;

  Ledger(CommandGateway commands, List<WhenAppended> listeners) {
    this.commands = commands;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * @throws dev.keyledger.command.organization.RefusedException with nothing changed
   * @throws BusyException when others were always faster
   */
  public Decided execute(OrganizationCommand command) {
    Decided decided = decided(basis -> new Request.Decide(command, basis));
    if (!decided.events().isEmpty()) {
      appended();
    }
    return decided;
  }

  /**
   * @param clientKey {@code null} where the client asked for no idempotence; the same one gets the
   *     same answer for a day
   */
  public Issued issue(KeyCommand.Issuing command, @Nullable ClientKey clientKey) {
    Issued issued = decided(basis -> new Request.Issue(command, clientKey, basis));
    appended();
    return issued;
  }

  /**
   * Asks about the present state, without deciding anything.
   *
   * @param question may refuse
   */
  public void ask(OrganizationId organization, Consumer<OrganizationState> question) {
    send(new Request.Ask(organization, question));
  }

  /** By what was seen last, if that accepts; otherwise by what is committed. */
  private <T> T decided(Function<Basis, Request> attempts) {
    Basis basis = Basis.SEEN;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        return send(attempts.apply(basis));
      } catch (ConcurrencyException | AggregateStreamCreationException e) {
        basis = Basis.IN_TURN;
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS));
      } catch (RefusedException | NothingAppendedException e) {
        if (basis != Basis.SEEN) {
          throw e;
        }
        basis = Basis.COMMITTED;
      }
    }
    throw new BusyException();
  }

  private <T> T send(Request request) {
    return commands.sendAndWait(
        new GenericCommandMessage<>(new GenericMessage<>(request), Request.NAME));
  }

  private void appended() {
    listeners.forEach(WhenAppended::appended);
  }

  /** Others were always faster. The command did nothing and may be sent again. */
  public static final class BusyException extends RuntimeException {
    BusyException() {
      super("too many commands for one organisation at once");
    }
  }
}
