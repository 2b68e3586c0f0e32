package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.identity.people.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Tells of each failure that was counted, and of the one that locked as that. What is tried while
 * it is locked is told to none: whoever guesses on writes nothing.
 */
@Component
final class FailedProofs {
  private final ActiveOrganizations organizations;
  private final Outbox outbox;

  FailedProofs(ActiveOrganizations organizations, Outbox outbox) {
    this.organizations = organizations;
    this.outbox = outbox;
  }

  /**
   * Where no organisation was chosen yet: each hears of it that the person is a member of now, by
   * an invitation that they accepted. Whom one has merely invited it learns nothing about. In the
   * caller's transaction.
   *
   * @param person {@code null} where nobody has the account
   */
  void tellOrganizationsOf(@Nullable PersonId person, Verdict verdict, String code, Instant at) {
    kindOf(verdict)
        .ifPresent(kind -> {
          List<OrganizationId> theirs = organizations.thatKnow(person);
          outbox.record(
              theirs.isEmpty()
                  ? List.of(new Happening(kind, null, person, null, code, at))
                  : theirs.stream()
                      .map(one -> new Happening(kind, one, person, null, code, at))
                      .toList());
        });
  }

  /** In the caller's transaction. */
  void tell(
      @Nullable OrganizationId organization,
      PersonId person,
      @Nullable SessionId session,
      Verdict verdict,
      String code,
      Instant at) {
    kindOf(verdict)
        .ifPresent(
            kind -> outbox.record(new Happening(kind, organization, person, session, code, at)));
  }

  /** Why a code was refused. */
  static String codeOf(Verdict ofCode) {
    return ofCode == Verdict.REPLAYED ? "replayed_code" : "invalid_code";
  }

  private static Optional<Activity.Kind> kindOf(Verdict verdict) {
    return switch (verdict) {
      case RIGHT -> throw new IllegalArgumentException("nothing failed");
      case REPLAYED, WRONG -> Optional.of(Activity.Kind.SIGN_IN_FAILED);
      case LOCKS -> Optional.of(Activity.Kind.LOCKED_OUT);
      case LOCKED -> Optional.empty();
    };
  }
}
