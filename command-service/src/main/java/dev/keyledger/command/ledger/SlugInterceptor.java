package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.StandingCommand.Register;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.stereotype.Component;

/** Gives a new organisation its slug, in the transaction of its registration. */
@Component
final class SlugInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final Slugs slugs;

  SlugInterceptor(Slugs slugs) {
    this.slugs = slugs;
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    if (unitOfWork.getMessage().getPayload() instanceof Register register
        && !slugs.give(register.slug(), register.organization())) {
      throw new SlugTaken().toException();
    }
    return chain.proceed();
  }
}
