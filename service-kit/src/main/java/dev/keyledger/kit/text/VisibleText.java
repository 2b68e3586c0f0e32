package dev.keyledger.kit.text;

/**
 * The one rule for texts that clients give: names, reasons, addresses, new passwords. All of it can
 * be seen, in the order in which it stands, and comes back as it was sent. Two texts that differ by
 * nothing visible, or that read otherwise than they are, are how an auditor is shown one key and
 * told of another (Unicode Technical Report 36, sections 2.10 and 2.11).
 */
public final class VisibleText {
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int TEXT_PRESENTATION = 0xFE0E;
  private static final int EMOJI_PRESENTATION = 0xFE0F;

  /** What to say of a text that {@link #isVisible isn't}. */
  public static final String DUE =
      "Text without control, bidirectional and invisible characters is due here.";

  private VisibleText() {}

  /** Whether no half of a surrogate pair is in it, of which no encoding can write anything. */
  public static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  /** How long it is to people and in what the API says of lengths. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Its first so many code points. */
  public static String shortened(String text, int most) {
    return length(text) <= most ? text : text.substring(0, text.offsetByCodePoints(0, most));
  }

  /**
   * Neither controls, line ends, format characters (bidi and zero-width ones among them), fillers
   * and the like, nor halves of surrogate pairs, private or unassigned code points. Between and
   * behind emoji a joiner and the choice of a presentation are part of what is seen.
   */
  public static boolean isVisible(String text) {
    if (isPrintableAscii(text)) {
      return true;
    }
    int[] points = text.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (isHidden(points[i]) && !isOfEmoji(points, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintableAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Whether there is nothing to be seen but spaces, of whatever kind. */
  public static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> isIgnorable(c);
    };
  }

  /**
   * What is of another category and yet drawn as nothing (Default_Ignorable_Code_Point, and the
   * braille pattern without dots).
   */
  private static boolean isIgnorable(int c) {
    return c == 0x034F
        || (c >= 0x115F && c <= 0x1160)
        || (c >= 0x17B4 && c <= 0x17B5)
        || (c >= 0x180B && c <= 0x180F)
        || c == 0x2800
        || c == 0x3164
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFFA0
        || (c >= 0xE0000 && c <= 0xE0FFF);
  }

  private static boolean isOfEmoji(int[] points, int i) {
    return switch (points[i]) {
      case TEXT_PRESENTATION, EMOJI_PRESENTATION -> isPictographBehind(points, i - 1);
      case ZERO_WIDTH_JOINER ->
          i > 0
              && i + 1 < points.length
              && Character.isExtendedPictographic(points[i + 1])
              && isPictographBehind(points, points[i - 1] == EMOJI_PRESENTATION ? i - 2 : i - 1);
      default -> false;
    };
  }

  /** A digit may be shown as an emoji too, and then nothing tells it from one that isn't. */
  private static boolean isPictographBehind(int[] points, int i) {
    return i >= 0
        && (Character.isExtendedPictographic(points[i]) || Character.isEmojiModifier(points[i]));
  }
}
