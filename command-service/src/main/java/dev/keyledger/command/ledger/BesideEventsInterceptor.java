package dev.keyledger.command.ledger;

import java.util.List;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.stereotype.Component;

/** Has rows written beside the events that a command decided on: deadlines. */
@Component
final class BesideEventsInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final List<BesideEvents> writers;

  BesideEventsInterceptor(List<BesideEvents> writers) {
    this.writers = List.copyOf(writers);
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    var outcome = (Outcome) chain.proceed();
    var organization = LedgerCommand.of(unitOfWork.getMessage()).command().organization();
    writers.forEach(writer -> writer.write(organization, outcome.events()));
    return outcome;
  }
}
