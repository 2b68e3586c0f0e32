package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.token.identity.people.HeldPerson;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Whose session a caller's token is of, for other features. */
@Component
public final class CurrentPerson {
  private final OwnSessions own;
  private final Myself myself;

  CurrentPerson(OwnSessions own, Myself myself) {
    this.own = own;
    this.myself = myself;
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

  /**
   * Does what the person's password, proven again, is good for, in a transaction that holds them
   * and in which their session goes on still.
   *
   * @param address that the request came from
   * @throws dev.keyledger.kit.web.ProblemException 401 {@code invalid_credentials}; as {@link #of}
   */
  public <T> T byPassword(
      Caller caller, String password, String address, Function<HeldPerson, T> action) {
    return myself.byPassword(own.whole(caller), password, address, action);
  }

  /** The same, without a password. */
  public <T> T held(Caller caller, Function<HeldPerson, T> action) {
    return myself.held(own.whole(caller), action);
  }
}
