package dev.keyledger.events;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads JSON as {@link EventCodec} itself writes it: without spaces, members in their order,
 * strings of ASCII without escapes. Anything else is {@link NotPlain}, and left to a whole parser.
 */
final class PlainJson {
  private static final long SECONDS_A_DAY = 86_400;

  /** Digits that a {@code long} holds whatever they are. */
  private static final int DIGITS = 18;

  /** Thrown for what has to be read by a whole parser: it may be valid nevertheless. */
  static final class NotPlain extends RuntimeException {
    private static final NotPlain ONE = new NotPlain();

    private NotPlain() {
      super("not as this release writes it", null, false, false);
    }
  }

  private final byte[] in;
  private int at;
  private boolean first;

  PlainJson(byte[] in) {
    this.in = in;
  }

  /** As {@link #has} and {@link #need} look for it. */
  static byte[] name(String name) {
    return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  /** As {@link #passes} looks for it. */
  static byte[] quoted(String text) {
    return ('"' + text + '"').getBytes(StandardCharsets.US_ASCII);
  }

  void open() {
    expect('{');
    first = true;
  }

  void close() {
    expect('}');
    first = false;
  }

  void end() {
    if (at != in.length) {
      throw NotPlain.ONE;
    }
  }

  /** Whether the object's next member has that name; if so, its value is next. */
  boolean has(byte[] name) {
    int from = at;
    if (!first) {
      if (peek() != ',') {
        return false;
      }
      from++;
    }
    int to = from + name.length;
    if (to > in.length || !Arrays.equals(in, from, to, name, 0, name.length)) {
      return false;
    }
    at = to;
    first = false;
    return true;
  }

  void need(byte[] name) {
    if (!has(name)) {
      throw NotPlain.ONE;
    }
  }

  /** Whether that text is next; if so, what is behind it is. */
  boolean passes(byte[] quoted) {
    int to = at + quoted.length;
    if (to > in.length || !Arrays.equals(in, at, to, quoted, 0, quoted.length)) {
      return false;
    }
    at = to;
    return true;
  }

  String text() {
    expect('"');
    int from = at;
    while (true) {
      byte next = peek();
      if (next == '"') {
        break;
      }
      if (next < ' ' || next == '\\') {
        throw NotPlain.ONE;
      }
      at++;
    }
    return new String(in, from, at++ - from, StandardCharsets.ISO_8859_1);
  }

  List<String> texts() {
    expect('[');
    var texts = new ArrayList<String>();
    if (peek() != ']') {
      texts.add(text());
      while (peek() == ',') {
        at++;
        texts.add(text());
      }
    }
    expect(']');
    return texts;
  }

  long whole() {
    int from = at;
    long number = 0;
    while (isDigit(peek())) {
      number = number * 10 + in[at++] - '0';
      if (at - from > DIGITS) {
        throw NotPlain.ONE;
      }
    }
    if (at == from || (in[from] == '0' && at - from > 1)) {
      throw NotPlain.ONE;
    }
    return number;
  }

  /** {@code 2026-05-28T14:43:58Z}, with or without a fraction of up to nine digits. */
  Instant instant() {
    expect('"');
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    int day = digits(2);
    expect('T');
    int hour = digits(2);
    expect(':');
    int minute = digits(2);
    expect(':');
    int second = digits(2);
    int nanos = peek() == '.' ? fraction() : 0;
    expect('Z');
    expect('"');
    if (hour > 23 || minute > 59 || second > 59) {
      throw NotPlain.ONE;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      return Instant.ofEpochSecond(
          days * SECONDS_A_DAY + hour * 3_600L + minute * 60L + second, nanos);
    } catch (DateTimeException e) {
      throw NotPlain.ONE;
    }
  }

  private int fraction() {
    int from = ++at;
    int nanos = 0;
    int scale = 100_000_000;
    while (isDigit(peek())) {
      nanos += (in[at++] - '0') * scale;
      scale /= 10;
    }
    if (at == from || at - from > 9) {
      throw NotPlain.ONE;
    }
    return nanos;
  }

  private int digits(int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      if (!isDigit(peek())) {
        throw NotPlain.ONE;
      }
      number = number * 10 + in[at++] - '0';
    }
    return number;
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  private void expect(char character) {
    if (peek() != character) {
      throw NotPlain.ONE;
    }
    at++;
  }

  private byte peek() {
    if (at >= in.length) {
      throw NotPlain.ONE;
    }
    return in[at];
  }
}
