package dev.keyledger.events.feed;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What history calls what happened beside the ledger: an explicit table, as of events. */
public final class ActivityTypes {
  private ActivityTypes() {}

  public static Set<String> all() {
    return Arrays.stream(Activity.Kind.values())
        .filter(kind -> kind != Activity.Kind.RECORD_ACKNOWLEDGED)
        .map(ActivityTypes::nameOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Those that may tell from which network. Nobody is told of who did it: no person, no session, no
   * subject but the key.
   */
  public static Set<String> withNetwork() {
    return Set.of(nameOf(Activity.Kind.KEY_DENIED), nameOf(Activity.Kind.KEY_FIRST_SEEN));
  }

  /** The rarer ones of them. */
  public static String firstSeen() {
    return nameOf(Activity.Kind.KEY_FIRST_SEEN);
  }

  public static String nameOf(Activity.Kind kind) {
    return switch (kind) {
      case SIGN_IN_SUCCEEDED -> "sign_in.succeeded";
      case SIGN_IN_FAILED -> "sign_in.failed";
      case LOCKED_OUT -> "sign_in.locked_out";
      case SESSION_STARTED -> "session.started";
      case SESSION_ENDED -> "session.ended";
      case REFRESH_REUSED -> "refresh_token.reused";
      case PASSWORD_CHANGED -> "password.changed";
      case SECOND_STEP_SET -> "second_step.set";
      case KEY_DENIED -> "key.denied";
      case KEY_FIRST_SEEN -> "key.first_seen";
      case COMMAND_DENIED -> "command.denied";
      // The operator's, of no organisation.
      case RECORD_ACKNOWLEDGED -> "record.acknowledged";
    };
  }
}
