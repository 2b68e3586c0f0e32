package dev.keyledger.command.ledger;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.stereotype.Component;

/**
 * Lets what was decided on cached state out only if it appends: an append meets a unique index,
 * which shows whether others have written meanwhile, and an answer without one does not.
 */
@Component
final class CachedStateInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    var outcome = (Outcome) chain.proceed();
    if (outcome.events().isEmpty()
        && LedgerCommand.basisOf(unitOfWork.getMessage()) == Basis.CACHED) {
      throw new NothingAppendedException();
    }
    return outcome;
  }

  /** To be decided again, by what is committed. */
  static final class NothingAppendedException extends RuntimeException {
    NothingAppendedException() {
      super("nothing was appended", null, false, false);
    }
  }
}
