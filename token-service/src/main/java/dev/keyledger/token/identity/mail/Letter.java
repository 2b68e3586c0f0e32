package dev.keyledger.token.identity.mail;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.token.identity.people.EmailAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told to whom. Nothing in it is anybody's free text: an address has a form of its
 * own, a slug too, and a token is ours.
 *
 * @param token that the reader may prove their address by
 * @param organization slug of the one that it is about
 * @param member whose membership has to be live when the letter goes; it waits for that a little
 * @param uselessAt from when on it isn't worth sending
 */
public record Letter(
    Kind kind,
    EmailAddress to,
    @Nullable SecretText token,
    @Nullable String organization,
    @Nullable MemberId member,
    Instant uselessAt) {
  /** Each has its words in {@link MailWords}. */
  public enum Kind {
    INVITATION,
    PASSWORD_RESET,
    PASSWORD_CHANGED,
    SECOND_STEP_SET,
    IDENTITY_TAKEN_BY_PROOF,
    ADDRESS_PROOF,
    ADDRESS_CHANGE_CONSENT,
    ADDRESS_CHANGED,
    KEY_LEAKED,
    KEYS_END_WITHIN_A_MONTH,
    KEYS_END_WITHIN_A_WEEK,
    KEYS_END_WITHIN_A_DAY
  }

  /** That something was done: nobody has to do anything about it. */
  public static Letter notice(Kind kind, EmailAddress to, Instant uselessAt) {
    return new Letter(kind, to, null, null, null, uselessAt);
  }

  /** The same, of something in an organisation. */
  static Letter noticeOf(Kind kind, EmailAddress to, String organization, Instant uselessAt) {
    return new Letter(kind, to, null, organization, null, uselessAt);
  }

  public static Letter withToken(Kind kind, EmailAddress to, SecretText token, Instant uselessAt) {
    return new Letter(kind, to, token, null, null, uselessAt);
  }

  @Override
  public String toString() {
    return "[letter: " + kind + "]";
  }
}
