package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.Consequences;
import dev.keyledger.command.organization.MemberCommand;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.StandingCommand.Register;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/**
 * Has a dry run decided as every command is, on what is committed, and turns back there: all that
 * writes comes after this, so that none of it is reached.
 */
@Component
final class DryRunInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final Repository<Organization> organizations;
  private final Slugs slugs;

  DryRunInterceptor(Repository<Organization> organizations, Slugs slugs) {
    this.organizations = organizations;
    this.slugs = slugs;
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    var command = LedgerCommand.of(unitOfWork.getMessage()).command();
    if (!command.context().dryRun()) {
      return chain.proceed();
    }
    if (command instanceof Register register) {
      return registration(register);
    }
    return organizations
        .load(command.organization().value())
        .invoke(o -> foreseen(o.state(), command));
  }

  private static Foreseen foreseen(OrganizationState state, OrganizationCommand command) {
    return new Foreseen(
        state.position(),
        command.context().at(),
        state.foresee(command),
        command instanceof MemberCommand c ? state.members().find(c.member()).orElse(null) : null,
        state.quotaAfter(command));
  }

  private Foreseen registration(Register register) {
    if (slugs.find(register.slug()).isPresent()) {
      throw new SlugTaken().toException();
    }
    return new Foreseen(
        OrganizationState.NOTHING,
        register.context().at(),
        Consequences.ofTheFirst(OrganizationState.decide(register)),
        null,
        null);
  }
}
