package dev.keyledger.command.denied;

import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * A command that its caller may not give, or that policy forbids. Two that are alike are one that
 * happened twice.
 *
 * @param organization id or slug, as the path has it: there may be none of that name
 * @param verified whether that is the id of one, as a credential says it, so that none is asked
 * @param operation as the API's description calls it
 * @param permission that the caller lacks, where it is one alone
 * @param targetKey that it was about
 * @param targetMember that it was about
 */
public record DeniedCommand(
    String organization,
    boolean verified,
    Caller caller,
    String code,
    @Nullable String operation,
    @Nullable String permission,
    @Nullable KeyId targetKey,
    @Nullable MemberId targetMember) {

  /**
   * Who asked for it.
   *
   * @param person of a member or an operator
   */
  public record Caller(
      By by, @Nullable PersonId person, @Nullable SessionId session, @Nullable KeyId key) {
    /** Whoever it is: one organisation isn't told of another's people and keys. */
    public static final Caller OUTSIDER = new Caller(By.OUTSIDER, null, null, null);
  }

  /**
   * What is left of it where one caller asks for too much: how often they were refused, and why; in
   * whichever session, since one may begin as many as one likes.
   */
  DeniedCommand inSum() {
    var whoever = new Caller(caller.by(), caller.person(), null, caller.key());
    return new DeniedCommand(organization, verified, whoever, code, null, null, null, null);
  }
}
