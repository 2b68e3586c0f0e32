package dev.keyledger.kit.log;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON in its one canonical text (RFC 8785): no spaces, members in the order of their names' UTF-16
 * code units, numbers and escapes in one spelling each. A hash of it is a hash of what is said,
 * however that was written.
 */
public final class CanonicalJson {
  private static final int DEEPEST = 128;

  /** Digits of a whole number that every double tells exactly. */
  private static final int EXACT_DIGITS = 15;

  private final byte[] in;
  private int at;
  private final WrittenMembers members = new WrittenMembers();
  private byte[] out;
  private byte[] unsorted = {};
  private int length;
  private int depth;

  private CanonicalJson(byte[] json) {
    this.in = json;
    this.out = new byte[json.length + 16];
  }

  /**
   * @param json one value in UTF-8
   * @throws IllegalArgumentException for what is no JSON, has a name twice in an object, or a
   *     number that no double can tell
   */
  public static byte[] of(byte[] json) {
    var canonical = new CanonicalJson(json);
    canonical.value();
    canonical.space();
    if (canonical.at != json.length) {
      throw canonical.refused();
    }
    return Arrays.copyOf(canonical.out, canonical.length);
  }

  /**
   * @param json an object
   * @return its members' values in canonical form, by their names
   * @throws IllegalArgumentException for what is no object, or as {@link #of} throws it
   */
  public static Map<String, byte[]> members(byte[] json) {
    var object = new CanonicalJson(json);
    Map<String, byte[]> members = new LinkedHashMap<>();
    object.space();
    object.expect('{');
    object.space();
    while (object.peek() != '}') {
      if (!members.isEmpty()) {
        object.expect(',');
        object.space();
      }
      int begin = object.length;
      object.string();
      String name = object.unescaped(object.out, begin + 1, object.length - 1);
      object.space();
      object.expect(':');
      int from = object.length;
      object.value();
      if (members.put(name, Arrays.copyOfRange(object.out, from, object.length)) != null) {
        throw object.refused();
      }
      object.space();
    }
    object.expect('}');
    object.space();
    if (object.at != json.length) {
      throw object.refused();
    }
    return members;
  }

  private void value() {
    space();
    switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void object() {
    enter('{');
    int first = members.count();
    boolean sorted = true;
    space();
    while (peek() != '}') {
      if (members.count() > first) {
        expect(',');
        write((byte) ',');
        space();
      }
      int from = length;
      boolean ascii = string();
      int nameEnd = length - 1;
      space();
      expect(':');
      write((byte) ':');
      value();
      members.add(out, from, nameEnd, length, ascii ? null : unescaped(out, from + 1, nameEnd));
      int last = members.count() - 1;
      sorted &= last == first || members.compare(out, last - 1, last) < 0;
      space();
    }
    if (!sorted) {
      sort(first);
    }
    members.forget(first);
    leave('}');
  }

  private void sort(int first) {
    int begin = members.from(first);
    if (unsorted.length < length) {
      unsorted = new byte[out.length];
    }
    System.arraycopy(out, begin, unsorted, begin, length - begin);
    int[] order = members.inOrder(unsorted, first);
    length = begin;
    for (int i = 0; i < order.length; i++) {
      if (i > 0) {
        if (members.compare(unsorted, order[i - 1], order[i]) == 0) {
          throw refused();
        }
        write((byte) ',');
      }
      int from = members.from(order[i]);
      write(unsorted, from, members.to(order[i]) - from);
    }
  }

  private void array() {
    enter('[');
    boolean first = true;
    space();
    while (peek() != ']') {
      if (!first) {
        expect(',');
        write((byte) ',');
      }
      value();
      first = false;
      space();
    }
    leave(']');
  }

  private void enter(char bracket) {
    if (++depth > DEEPEST) {
      throw refused();
    }
    expect(bracket);
    write((byte) bracket);
  }

  private void leave(char bracket) {
    depth--;
    expect(bracket);
    write((byte) bracket);
  }

  /**
   * Writes it with its quotes, in canonical form.
   *
   * @return whether it is ASCII and has no escape
   */
  private boolean string() {
    expect('"');
    int from = at;
    boolean plain = true;
    int next = from;
    while (true) {
      if (next >= in.length) {
        at = next;
        throw refused();
      }
      byte one = in[next++];
      if (one == '"') {
        break;
      }
      if (one < ' ' || one == '\\') {
        plain = false;
        if (one >= 0 && one < ' ') {
          at = next;
          throw refused();
        }
        // Whatever is escaped is looked at later; here it ends no string.
        next += one == '\\' ? 1 : 0;
      }
    }
    at = next;
    if (plain) {
      write(in, from - 1, at - from + 1);
    } else {
      write(escaped(unescaped(in, from, at - 1)));
    }
    return plain;
  }

  private String unescaped(byte[] text, int from, int to) {
    String raw = decoded(text, from, to);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    var told = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        told.append(c);
        continue;
      }
      char escape = raw.charAt(++i);
      if (escape == 'u') {
        told.append((char) hexadecimal(raw, i + 1));
        i += 4;
      } else {
        told.append(unescaped(escape));
      }
    }
    return told.toString();
  }

  private String decoded(byte[] text, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw refused();
    }
  }

  private char unescaped(char escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw refused();
    };
  }

  private int hexadecimal(String text, int from) {
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0 || text.charAt(i) > 'f') {
        throw refused();
      }
      code = code * 16 + digit;
    }
    return code;
  }

  private byte[] escaped(String told) {
    var text = new StringBuilder(told.length() + 16).append('"');
    for (int i = 0; i < told.length(); i++) {
      char c = told.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append("\\u00").append(Character.forDigit(c >> 4, 16));
            text.append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    try {
      // Half a surrogate pair has no UTF-8.
      ByteBuffer bytes =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text.append('"')));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw refused();
    }
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
      write((byte) word.charAt(i));
    }
  }

  private void number() {
    int from = at;
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    boolean ends = at == in.length || in[at] == ',' || in[at] == '}' || in[at] == ']';
    if (ends && at > from && at - from <= EXACT_DIGITS && (in[from] != '0' || at - from == 1)) {
      write(in, from, at - from);
      return;
    }
    at = from;
    numberOfAnySpelling();
  }

  private void numberOfAnySpelling() {
    int from = at;
    boolean whole = true;
    while (at < in.length && "+-.eE0123456789".indexOf(in[at]) >= 0) {
      whole &= in[at] != '.' && in[at] != 'e' && in[at] != 'E';
      at++;
    }
    String text = new String(in, from, at - from, StandardCharsets.US_ASCII);
    if (!EcmaScriptNumber.isNumber(text)) {
      throw refused();
    }
    boolean exact = whole && text.length() <= EXACT_DIGITS && !text.equals("-0");
    String spelled = exact ? text : EcmaScriptNumber.spelled(text);
    if (spelled == null) {
      throw refused();
    }
    write(spelled.getBytes(StandardCharsets.US_ASCII));
  }

  private void space() {
    if (at < in.length && in[at] > ' ') {
      return;
    }
    while (at < in.length
        && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
      at++;
    }
  }

  private byte peek() {
    if (at >= in.length) {
      throw refused();
    }
    return in[at];
  }

  private void expect(char character) {
    if (peek() != character) {
      throw refused();
    }
    at++;
  }

  private void write(byte one) {
    room(1);
    out[length++] = one;
  }

  private void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  private void write(byte[] bytes, int from, int count) {
    room(count);
    System.arraycopy(bytes, from, out, length, count);
    length += count;
  }

  private void room(int count) {
    if (length + count > out.length) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + count));
    }
  }

  // Names the place and quotes nothing.
  private IllegalArgumentException refused() {
    return new IllegalArgumentException("This is no JSON at byte " + at + ".");
  }
}
