package dev.keyledger.kit.text;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A whole number that isn't negative, as parameters of addresses have it: digits of ASCII, without
 * a sign, a needless zero or another base.
 */
public final class WholeNumber {
  private static final Pattern FORM = Pattern.compile("0|[1-9][0-9]{0,18}");

  private WholeNumber() {}

  /** Empty for text that is none, and for one that is larger than a {@code long}. */
  public static OptionalLong parse(String text) {
    try {
      return FORM.matcher(text).matches()
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
