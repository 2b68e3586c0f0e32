package dev.keyledger.token.identity.people;

import dev.keyledger.kit.text.VisibleText;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address in the one form by which its person is found: letter case and compatibility
 * forms don't count, and all of it can be seen. It prints as nothing, since logs may not name
 * people.
 */
public record EmailAddress(String value) {
  private static final int LONGEST = 254; // RFC 5321, section 4.5.3.1.3, less the brackets.
  private static final Pattern FORM =
      Pattern.compile(
          "[^\\s@<>\"(),;:\\\\\\p{Cntrl}]{1,64}@[^\\s@<>\"(),;:\\\\\\p{Cntrl}.]+(\\.[^\\s@<>\"(),;:\\\\\\p{Cntrl}.]+)*");

  /**
   * @throws IllegalArgumentException without quoting it, when the text is no address
   */
  public static EmailAddress of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("expected an e-mail address"));
  }

  public static Optional<EmailAddress> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    String normal =
        Normalizer.normalize(text.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return normal.length() <= LONGEST
            && FORM.matcher(normal).matches()
            && VisibleText.isVisible(normal)
        ? Optional.of(new EmailAddress(normal))
        : Optional.empty();
  }

  /** For signing in: what is no address is an account that doesn't exist, and costs as much. */
  public static EmailAddress orNobodys(String text) {
    return parse(text)
        .orElseGet(
            () -> new EmailAddress("\u0000" + text.substring(0, Math.min(LONGEST, text.length()))));
  }

  @Override
  public String toString() {
    return "[e-mail address]";
  }
}
