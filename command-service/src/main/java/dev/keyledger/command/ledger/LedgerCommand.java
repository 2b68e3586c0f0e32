package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.organization.OrganizationCommand;
import java.util.Map;
import java.util.Optional;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a command, as it goes over the bus: under the name of the command's own type, with
 * what belongs to the attempt and not to the decision in the metadata.
 *
 * @param clientKey {@code null} where the client asked for no idempotence
 */
record LedgerCommand(OrganizationCommand command, Basis basis, @Nullable ClientKey clientKey) {
  private static final String BASIS = "basis";
  private static final String CLIENT_KEY = "client-key";

  CommandMessage<OrganizationCommand> toMessage() {
    return new GenericCommandMessage<>(
        command,
        clientKey == null ? Map.of(BASIS, basis) : Map.of(BASIS, basis, CLIENT_KEY, clientKey));
  }

  static LedgerCommand of(Message<?> message) {
    return new LedgerCommand(
        (OrganizationCommand) message.getPayload(),
        basisOf(message),
        (ClientKey) message.getMetaData().get(CLIENT_KEY));
  }

  /** Whether it is a command whose caller only asks what would come of it. */
  static boolean isDryRun(Message<?> message) {
    return message.getPayload() instanceof OrganizationCommand command
        && command.context().dryRun();
  }

  /** Of a message that is no attempt, what is committed. */
  static Basis basisOf(Message<?> message) {
    return Optional.ofNullable((Basis) message.getMetaData().get(BASIS)).orElse(Basis.COMMITTED);
  }
}
