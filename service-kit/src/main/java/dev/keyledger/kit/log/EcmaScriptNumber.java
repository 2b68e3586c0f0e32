package dev.keyledger.kit.log;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers of JSON as ECMAScript spells doubles (RFC 8785, section 3.2.2.3). */
final class EcmaScriptNumber {
  private EcmaScriptNumber() {}

  static boolean isNumber(String text) {
    int i = text.startsWith("-") ? 1 : 0;
    int digits = digits(text, i);
    if (digits == 0 || (digits > 1 && text.charAt(i) == '0')) {
      return false;
    }
    i += digits;
    if (i < text.length() && text.charAt(i) == '.') {
      int fraction = digits(text, ++i);
      if (fraction == 0) {
        return false;
      }
      i += fraction;
    }
    if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i++;
      i += i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-') ? 1 : 0;
      int exponent = digits(text, i);
      if (exponent == 0) {
        return false;
      }
      i += exponent;
    }
    return i == text.length();
  }

  private static int digits(String text, int from) {
    int to = from;
    while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
      to++;
    }
    return to - from;
  }

  /**
   * @return {@code null} for a number that no double can tell
   */
  static @Nullable String spelled(String text) {
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) {
      return null;
    }
    if (number == 0) {
      return "0";
    }
    BigDecimal shortest = shortest(Math.abs(number));
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    String sign = number < 0 ? "-" : "";
    if (point > 0 && point <= 21) {
      return sign
          + (digits.length() <= point
              ? digits + "0".repeat(point - digits.length())
              : digits.substring(0, point) + "." + digits.substring(point));
    }
    if (point > -6 && point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    int exponent = point - 1;
    return sign + digits.charAt(0) + fraction + "e" + (exponent > 0 ? "+" : "") + exponent;
  }

  // Java tells two digits at least, where one may do.
  private static BigDecimal shortest(double number) {
    BigDecimal told = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    if (told.precision() == 2) {
      for (var rounding : List.of(RoundingMode.HALF_EVEN, RoundingMode.UP)) {
        BigDecimal shorter = told.round(new MathContext(1, rounding)).stripTrailingZeros();
        if (shorter.doubleValue() == number) {
          return shorter;
        }
      }
    }
    return told;
  }
}
