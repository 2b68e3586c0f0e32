package dev.keyledger.kit.decide;

import java.util.Set;

/** What {@link TokenDecision} comes to. */
public sealed interface TokenVerdict {
  /**
   * @param permissions what it allows now, which may be less or more than what it says
   * @param addressBound whether another address could have another answer
   * @param position of the organisation, read before the permissions were computed; -1 for none
   * @param powerless whether it came from a key whose power went with the member who made it
   * @param until first instant at which it no longer holds by what is known now: before the end
   *     that it says, where policy was tightened or its secret ends; milliseconds since the epoch
   */
  record Active(
      AccessClaims claims,
      Set<String> permissions,
      boolean addressBound,
      long position,
      boolean powerless,
      long until)
      implements TokenVerdict {
    /** Of nobody in any organisation: its time is the one that it says. */
    Active(AccessClaims claims, Set<String> permissions) {
      this(claims, permissions, false, -1, false, claims.expiresAt().toEpochMilli());
    }
  }

  /**
   * @param reason what a dialect is told, which may be more than what the code says
   */
  record Inactive(Code code, String reason) implements TokenVerdict {
    /** That there was a member whose token this is, and no longer is. */
    public static final String MEMBER_REMOVED = "member_removed";

    static final Inactive OF_REMOVED_MEMBER = new Inactive(Code.REVOKED, MEMBER_REMOVED);

    public Inactive(Code code) {
      this(code, code.text());
    }
  }
}
