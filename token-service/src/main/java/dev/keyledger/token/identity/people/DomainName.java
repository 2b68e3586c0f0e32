package dev.keyledger.token.identity.people;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a domain in its two equal forms. It is mapped as UTS #46 does without the
 * transitional rules, so that {@code straße.example} is not {@code strasse.example}, and may hold
 * what IDNA2008 lets stand in a name (RFC 5892, RFC 5893): letters, marks, digits and hyphens. A
 * label that begins with {@code xn--} has to be what its readable form becomes.
 *
 * @param ascii labels in A-form, by which names are compared
 * @param readable the same labels in U-form
 */
record DomainName(String ascii, String readable) {
  private static final String PREFIX = "xn--";
  private static final int LONGEST = 253;
  private static final int LONGEST_LABEL = 63;
  private static final int CAPITAL_I_WITH_DOT = 0x130;
  private static final int IDEOGRAPHIC_STOP = 0x3002;
  // Signs that stand within words of Catalan, Greek, Hebrew and Japanese (RFC 5892, appendix A).
  private static final String WITHIN_WORDS = "\u00B7\u0375\u05F3\u05F4\u30FB";

  /** Empty for text that is no such name. */
  static Optional<DomainName> parse(String text) {
    var ascii = new ArrayList<String>();
    var readable = new ArrayList<String>();
    for (String label : mapped(text).split("\\.", -1)) {
      Optional<String> unicode =
          label.startsWith(PREFIX)
              ? decoded(label)
              : Optional.of(label).filter(DomainName::isLabel);
      if (unicode.isEmpty()) {
        return Optional.empty();
      }
      readable.add(unicode.get());
      ascii.add(encoded(unicode.get()));
    }
    var name = new DomainName(String.join(".", ascii), String.join(".", readable));
    return name.ascii.length() <= LONGEST && areShort(ascii) ? Optional.of(name) : Optional.empty();
  }

  private static boolean areShort(List<String> labels) {
    return labels.stream().allMatch(label -> label.length() <= LONGEST_LABEL);
  }

  private static String mapped(String text) {
    var folded = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case CAPITAL_I_WITH_DOT -> folded.append("i\u0307");
            case IDEOGRAPHIC_STOP -> folded.append('.');
            default -> folded.appendCodePoint(Character.toLowerCase(c));
          }
        });
    return Normalizer.normalize(folded, Normalizer.Form.NFKC);
  }

  private static Optional<String> decoded(String label) {
    return Punycode.decode(label.substring(PREFIX.length()))
        .filter(unicode ->
            mapped(unicode).equals(unicode) && isLabel(unicode) && encoded(unicode).equals(label));
  }

  private static String encoded(String label) {
    return isAscii(label) || label.length() > LONGEST_LABEL
        ? label
        : PREFIX + Punycode.encode(label);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private static boolean isLabel(String label) {
    return !label.isEmpty()
        && !label.startsWith("-")
        && !label.endsWith("-")
        && !(label.length() > 3 && label.startsWith("--", 2))
        && !isMark(label.codePointAt(0))
        && label.codePoints().allMatch(DomainName::isOfNames)
        && isOfOneDirection(label);
  }

  private static boolean isOfNames(int c) {
    return c < 0x80
        ? c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
        : Character.isLetterOrDigit(c) || isMark(c) || WITHIN_WORDS.indexOf(c) >= 0;
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isOfOneDirection(String label) {
    boolean toTheLeft = label.codePoints().anyMatch(DomainName::runsToTheLeft);
    return !toTheLeft
        || runsToTheLeft(label.codePointAt(0))
            && label
                .codePoints()
                .noneMatch(
                    c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT);
  }

  private static boolean runsToTheLeft(int c) {
    byte direction = Character.getDirectionality(c);
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
