package dev.keyledger.token.identity.people;

import java.util.ArrayList;
import java.util.Optional;

/** What stands behind {@code xn--} in a label of a domain's name (RFC 3492). */
final class Punycode {
  private static final int BASE = 36;
  private static final int SMALLEST_THRESHOLD = 1;
  private static final int LARGEST_THRESHOLD = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int FIRST_BIAS = 72;
  private static final int FIRST_POINT = 0x80;

  private Punycode() {}

  /** Of a label that is no longer than one can be, so that no sum overflows. */
  static String encode(String label) {
    int[] points = label.codePoints().toArray();
    var encoded = new StringBuilder();
    label.codePoints().filter(c -> c < FIRST_POINT).forEach(encoded::appendCodePoint);
    int basic = encoded.length();
    int handled = basic;
    if (basic > 0) {
      encoded.append('-');
    }
    int next = FIRST_POINT;
    int delta = 0;
    int bias = FIRST_BIAS;
    while (handled < points.length) {
      int from = next;
      int smallest = Integer.MAX_VALUE;
      for (int c : points) {
        smallest = c >= from && c < smallest ? c : smallest;
      }
      delta += (smallest - next) * (handled + 1);
      next = smallest;
      for (int c : points) {
        if (c < next) {
          delta++;
        } else if (c == next) {
          appendNumber(encoded, delta, bias);
          bias = adapted(delta, handled + 1, handled == basic);
          delta = 0;
          handled++;
        }
      }
      delta++;
      next++;
    }
    return encoded.toString();
  }

  private static void appendNumber(StringBuilder encoded, int number, int bias) {
    int rest = number;
    for (int k = BASE; ; k += BASE) {
      int threshold = threshold(k, bias);
      if (rest < threshold) {
        encoded.append(digit(rest));
        return;
      }
      encoded.append(digit(threshold + (rest - threshold) % (BASE - threshold)));
      rest = (rest - threshold) / (BASE - threshold);
    }
  }

  /** Empty for what encodes nothing; text in small letters. */
  static Optional<String> decode(String encoded) {
    var decoded = new StringBuilder();
    int delimiter = encoded.lastIndexOf('-');
    if (delimiter > 0) {
      decoded.append(encoded, 0, delimiter);
    }
    var points = new ArrayList<Integer>(decoded.codePoints().boxed().toList());
    long next = FIRST_POINT;
    long at = 0;
    int bias = FIRST_BIAS;
    int in = delimiter > 0 ? delimiter + 1 : 0;
    while (in < encoded.length()) {
      long before = at;
      long weight = 1;
      for (int k = BASE; ; k += BASE) {
        int digit = in < encoded.length() ? valueOf(encoded.charAt(in++)) : -1;
        if (digit < 0) {
          return Optional.empty();
        }
        at += digit * weight;
        int threshold = threshold(k, bias);
        if (at > Integer.MAX_VALUE) {
          return Optional.empty();
        }
        if (digit < threshold) {
          break;
        }
        weight *= BASE - threshold;
        if (weight > Integer.MAX_VALUE) {
          return Optional.empty();
        }
      }
      int length = points.size() + 1;
      bias = adapted((int) (at - before), length, before == 0);
      next += at / length;
      at %= length;
      if (next > Character.MAX_CODE_POINT) {
        return Optional.empty();
      }
      points.add((int) at, (int) next);
      at++;
    }
    var text = new StringBuilder();
    points.forEach(text::appendCodePoint);
    return Optional.of(text.toString());
  }

  private static int threshold(int k, int bias) {
    return Math.clamp(k - bias, SMALLEST_THRESHOLD, LARGEST_THRESHOLD);
  }

  private static int adapted(int delta, int length, boolean first) {
    int rest = first ? delta / DAMP : delta / 2;
    rest += rest / length;
    int k = 0;
    while (rest > (BASE - SMALLEST_THRESHOLD) * LARGEST_THRESHOLD / 2) {
      rest /= BASE - SMALLEST_THRESHOLD;
      k += BASE;
    }
    return k + (BASE - SMALLEST_THRESHOLD + 1) * rest / (rest + SKEW);
  }

  private static char digit(int value) {
    return (char) (value < 26 ? 'a' + value : '0' + value - 26);
  }

  private static int valueOf(char digit) {
    if (digit >= 'a' && digit <= 'z') {
      return digit - 'a';
    }
    return digit >= '0' && digit <= '9' ? digit - '0' + 26 : -1;
  }
}
