package dev.keyledger.token.identity.people;

import dev.keyledger.kit.text.VisibleText;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address in the one form by which its person is found, whatever it was typed as: the
 * domain in A-form ({@link DomainName}), the part before it in small letters and composed (NFC, RFC
 * 6532, section 3.1). That part may hold any letters (SMTPUTF8, RFC 6531), and all of it can be
 * seen. It prints as nothing, since logs may not name people.
 */
public record EmailAddress(String value) {
  private static final int LONGEST = 254; // RFC 5321, section 4.5.3.1.3, less the brackets.
  private static final Pattern LOCAL = Pattern.compile("[^\\s\\p{Z}@<>\"(),;:\\\\\\p{Cntrl}]+");
  private static final int LONGEST_LOCAL = 64;

  /**
   * @throws IllegalArgumentException without quoting it, when the text is no address
   */
  public static EmailAddress of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("expected an e-mail address"));
  }

  public static Optional<EmailAddress> parse(String text) {
    String bare = text.strip();
    int at = bare.lastIndexOf('@');
    if (at < 1 || VisibleText.length(bare) > LONGEST || !VisibleText.isVisible(bare)) {
      return Optional.empty();
    }
    String local = composed(composed(bare.substring(0, at)).toLowerCase(Locale.ROOT));
    // What looks like a separator to others is none here either.
    String plain = Normalizer.normalize(local, Normalizer.Form.NFKC);
    if (!LOCAL.matcher(plain).matches() || VisibleText.length(local) > LONGEST_LOCAL) {
      return Optional.empty();
    }
    return DomainName.parse(bare.substring(at + 1))
        .map(domain -> new EmailAddress(local + "@" + domain.ascii()))
        .filter(email -> VisibleText.length(email.value) <= LONGEST);
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** As it is stored of somebody, if need be in a form that isn't taken any more. */
  public static EmailAddress stored(String text) {
    return parse(text).orElseGet(() -> new EmailAddress(text));
  }

  /** For signing in: what is no address is an account that doesn't exist, and costs as much. */
  public static EmailAddress orNobodys(String text) {
    return parse(text)
        .orElseGet(() -> new EmailAddress("\u0000" + VisibleText.shortened(text, LONGEST)));
  }

  /**
   * With the domain as people read it: the form by which persons were found before domains were
   * compared in A-form.
   */
  String readable() {
    int at = value.lastIndexOf('@');
    return DomainName.parse(value.substring(at + 1))
        .map(domain -> value.substring(0, at + 1) + domain.readable())
        .orElse(value);
  }

  @Override
  public String toString() {
    return "[e-mail address]";
  }
}
