package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.PersonId;
import org.springframework.stereotype.Component;

/** Whose session a caller's token is of, for other features. */
@Component
public final class CurrentPerson {
  private final OwnSessions own;

  CurrentPerson(OwnSessions own) {
    this.own = own;
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 403 for a caller that is no person, or one whose
   *     second step has yet to be enrolled or was skipped; 401 when the session has ended
   */
  public PersonId of(Caller caller) {
    return switch (caller.kind()) {
      case OPERATOR, MEMBER -> own.whole(caller).person();
      case API_KEY, SERVICE -> throw SessionRefusals.forbidden();
    };
  }
}
