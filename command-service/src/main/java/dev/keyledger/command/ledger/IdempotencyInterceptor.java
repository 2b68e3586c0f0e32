package dev.keyledger.command.ledger;

import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.idempotency.RememberedAnswers;
import dev.keyledger.command.idempotency.RememberedAnswers.Remembered;
import dev.keyledger.command.organization.IssuingCommand;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Gives the same request the answer that it got before, ahead of everything that the organisation
 * could refuse but for the caller's right to it; otherwise remembers the answer in the transaction
 * of its events.
 */
@Component
final class IdempotencyInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final Repository<Organization> organizations;
  private final RememberedAnswers answers;

  IdempotencyInterceptor(Repository<Organization> organizations, RememberedAnswers answers) {
    this.organizations = organizations;
    this.answers = answers;
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
      throws Exception {
    var attempt = LedgerCommand.of(unitOfWork.getMessage());
    return attempt.command() instanceof IssuingCommand command && attempt.clientKey() != null
        ? once(command, attempt.clientKey(), chain)
        : chain.proceed();
  }

  private Issued once(IssuingCommand command, ClientKey clientKey, InterceptorChain chain)
      throws Exception {
    Optional<Remembered> before = answers.find(clientKey);
    if (before.isPresent()) {
      var awaited = new AtomicReference<@Nullable Long>();
      organizations
          .load(command.organization().value())
          .execute(o -> {
            o.state().mustStillIssue(command);
            awaited.set(o.state().awaitedAtFollowers(List.of()));
          });
      return Issued.again(before.get(), awaited.get());
    }
    var issued = (Issued) chain.proceed();
    try {
      answers.remember(clientKey, issued.toRemembered());
    } catch (DuplicateKeyException e) {
      throw new ConcurrencyException("the same request was answered meanwhile", e);
    }
    return issued;
  }
}
