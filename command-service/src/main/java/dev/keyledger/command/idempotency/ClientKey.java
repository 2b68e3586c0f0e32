package dev.keyledger.command.idempotency;

import dev.keyledger.events.id.Id;
import dev.keyledger.events.id.OrganizationId;
import java.util.regex.Pattern;

/**
 * A client's {@code Idempotency-Key} with all that it belongs to.
 *
 * @param caller the member, or the operator's person
 * @param operation for example {@code create-key}
 * @param text as the client sent it; it is stored nowhere
 * @param request everything that makes another request of it, as bytes
 */
public record ClientKey(
    OrganizationId organization, Id caller, String operation, String text, byte[] request) {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /** Whether a client may send this. */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return operation + " by " + caller + " of " + organization;
  }
}
