package dev.keyledger.client.jwt;

/** How the text of a token may stand: in one spelling, so that it can't go by several. */
public final class CompactForm {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private CompactForm() {}

  /**
   * Whether each part is base64url without padding (RFC 7515, section 2) in which the bits that
   * nobody reads are zero (RFC 4648, section 3.5). Decoders pass over those: without this a token
   * would be as good with another last letter, and a list that knows it by its text wouldn't.
   */
  public static boolean isCanonical(String token) {
    int begin = 0;
    while (true) {
      int dot = token.indexOf('.', begin);
      int end = dot < 0 ? token.length() : dot;
      if (!isCanonical(token, begin, end)) {
        return false;
      }
      if (dot < 0) {
        return true;
      }
      begin = dot + 1;
    }
  }

  private static boolean isCanonical(String token, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (!isOfAlphabet(token.charAt(i))) {
        return false;
      }
    }
    return switch ((end - begin) % 4) {
      case 0 -> true;
      case 2 -> ALPHABET.indexOf(token.charAt(end - 1)) % 16 == 0;
      case 3 -> ALPHABET.indexOf(token.charAt(end - 1)) % 4 == 0;
      default -> false;
    };
  }

  private static boolean isOfAlphabet(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
