package dev.keyledger.command.ledger;

import java.util.List;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.stereotype.Component;

/** Has rows written beside the events that a command decided on: deadlines, persons. */
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
    var command = LedgerCommand.of(unitOfWork.getMessage()).command();
    writers.forEach(writer -> writer.write(command, outcome));
    return outcome;
  }
}
