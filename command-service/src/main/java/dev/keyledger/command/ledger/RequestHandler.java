package dev.keyledger.command.ledger;

import dev.keyledger.command.deadlines.KeyDeadlines;
import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.idempotency.RememberedAnswers;
import dev.keyledger.command.idempotency.RememberedAnswers.Remembered;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.KeyCommand;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.MemberCommand;
import dev.keyledger.command.organization.Organization;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.Refusal.OrganizationNotFound;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.StandingCommand;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.Optional;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.MessageHandler;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;

/**
 * One request in one transaction: the organisation is locked and read first, and no connection is
 * taken before, so that waiting for it holds none. Side rows share the events' fate.
 */
final class RequestHandler implements MessageHandler<CommandMessage<?>> {
  private final Repository<Organization> organizations;
  private final Slugs slugs;
  private final RememberedAnswers answers;
  private final KeyDeadlines deadlines;

  RequestHandler(
      Repository<Organization> organizations,
      Slugs slugs,
      RememberedAnswers answers,
      KeyDeadlines deadlines) {
    this.organizations = organizations;
    this.slugs = slugs;
    this.answers = answers;
    this.deadlines = deadlines;
  }

  @Override
  public @Nullable Object handle(CommandMessage<?> message) throws Exception {
    return switch ((Request) message.getPayload()) {
      case Request.Decide r when r.command() instanceof Register c -> register(c);
      case Request.Decide r -> decide(r);
      case Request.Issue r -> issue(r);
      case Request.Ask r -> {
        load(r.organization()).execute(o -> r.question().accept(o.state()));
        yield null;
      }
    };
  }

  private Decided register(Register command) throws Exception {
    if (!slugs.give(command.slug(), command.organization())) {
      throw new SlugTaken().toException();
    }
    List<OrganizationEvent> events = OrganizationState.decide(command);
    return organizations
        .newInstance(() -> Organization.born(events))
        .invoke(o -> decided(command, o.state(), events));
  }

  private Decided decide(Request.Decide request) {
    OrganizationCommand command = request.command();
    return load(command.organization())
        .invoke(o -> {
          List<OrganizationEvent> events = o.handle(command);
          if (events.isEmpty()) {
            mustKnowWhatIsCommitted(request);
          }
          deadlines.note(command.organization(), events);
          return decided(command, o.state(), events);
        });
  }

  /** The order of the checks: idempotence, then whatever the organisation refuses. */
  private Issued issue(Request.Issue request) {
    KeyCommand.Issuing command = request.command();
    ClientKey clientKey = request.clientKey();
    return load(command.organization())
        .invoke(o -> {
          if (clientKey != null) {
            Optional<Remembered> before = answers.find(clientKey, command.asked().at());
            if (before.isPresent()) {
              mustKnowWhatIsCommitted(request);
              o.state().mustStillIssue(command);
              return issued(before.get());
            }
          }
          List<OrganizationEvent> events = o.handle(command);
          deadlines.note(command.organization(), events);
          var issued = issuedNow(command, o.state());
          if (clientKey != null) {
            answers.remember(clientKey, remembered(issued));
          }
          return issued;
        });
  }

  // What appends nothing meets no unique index, which would show that others have written.
  private static void mustKnowWhatIsCommitted(Request request) {
    if (request.basis() == Request.Basis.SEEN) {
      throw new NothingAppendedException();
    }
  }

  /** To be decided again, by what is committed. */
  static final class NothingAppendedException extends RuntimeException {
    NothingAppendedException() {
      super("nothing was appended", null, false, false);
    }
  }

  private static Issued issuedNow(KeyCommand.Issuing command, OrganizationState state) {
    Key key = state.keys().find(command.key()).orElseThrow();
    return new Issued(state.position(), command.asked().at(), key, state.secretOf(command));
  }

  private static Remembered remembered(Issued issued) {
    return new Remembered(
        issued.position(), issued.at(), issued.key(), issued.secret().revealSecret());
  }

  private static Issued issued(Remembered answer) {
    return new Issued(
        answer.position(), answer.at(), answer.key(), new SecretText(answer.secret()));
  }

  private Aggregate<Organization> load(OrganizationId id) {
    try {
      return organizations.load(id.value());
    } catch (AggregateNotFoundException e) {
      throw new OrganizationNotFound().toException();
    }
  }

  private static Decided decided(
      OrganizationCommand command, OrganizationState state, List<OrganizationEvent> events) {
    Key key =
        switch (command) {
          case KeyCommand c -> state.keys().find(c.key()).orElse(null);
          case StandingCommand c -> null;
          case MemberCommand c -> null;
        };
    Member member =
        switch (command) {
          case MemberCommand c -> state.members().find(c.member()).orElse(null);
          case StandingCommand c -> null;
          case KeyCommand c -> null;
        };
    return new Decided(
        state.position(), command.asked().at(), events, state.standing(), key, member);
  }
}
