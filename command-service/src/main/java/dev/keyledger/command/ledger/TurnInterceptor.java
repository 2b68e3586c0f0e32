package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.StandingCommand.Register;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/**
 * Waits for the organisation's lock and brings it up to date, before any later step asks the
 * database: a command that waits for its turn holds no connection.
 */
@Component
final class TurnInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final Repository<Organization> organizations;

  TurnInterceptor(Repository<Organization> organizations) {
    this.organizations = organizations;
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    OrganizationCommand command = LedgerCommand.of(unitOfWork.getMessage()).command();
    if (!(command instanceof Register)) {
      organizations.load(command.organization().value());
    }
    return chain.proceed();
  }
}
