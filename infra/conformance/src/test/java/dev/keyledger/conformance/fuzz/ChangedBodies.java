package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bodies made worse. */
final class ChangedBodies {
  /** Bodies beyond this are refused: {@code keyledger.max-body-size}. */
  private static final int LARGEST_BODY = 64 * 1024;

  private final List<String> names;

  ChangedBodies(List<String> names) {
    this.names = names;
  }

  private static String text(Request request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  private static Request saying(Request request, String text) {
    Request said = request.body(text.getBytes(StandardCharsets.UTF_8));
    return said.says("Content-Type") ? said : said.with("Content-Type", "application/json");
  }

  /** Replaces the value of a field, as text: what comes of it may be no JSON. */
  private static Request replacing(Request request, String json, Dice dice) {
    String text = text(request);
    var starts = new ArrayList<Integer>();
    for (int at = text.indexOf("\":"); at >= 0; at = text.indexOf("\":", at + 2)) {
      starts.add(at + 2);
    }
    if (starts.isEmpty()) {
      return saying(request, "{\"name\":" + json + "}");
    }
    int start = dice.of(starts);
    int end = start + 1;
    if (start < text.length() && text.charAt(start) == '"') {
      end = Math.max(end, text.indexOf('"', start + 1) + 1);
    } else {
      while (end < text.length() && ",}".indexOf(text.charAt(end)) < 0) {
        end++;
      }
    }
    return saying(
        request, text.substring(0, start) + json + text.substring(Math.min(end, text.length())));
  }

  static Request value(Request request, Dice dice) {
    return replacing(request, dice.of(Hostile.VALUES), dice);
  }

  static Request jsonText(Request request, Dice dice) {
    String json =
        dice.oneIn(2)
            ? dice.of(Hostile.JSON_TEXTS)
            : "\"" + dice.of(Hostile.TEXTS).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    return replacing(request, json, dice);
  }

  Request anothersName(Request request, Dice dice) {
    return dice.oneIn(2)
        ? replacing(request, "\"" + dice.of(names) + "\"", dice)
        : withField(request, "\"organization\":\"" + dice.of(names) + "\"");
  }

  private static Request withField(Request request, String field) {
    String text = text(request);
    int end = text.lastIndexOf('}');

    return end < 0
        ? saying(request, "{" + field + "}")
        : saying(
            request, text.substring(0, end) + (text.indexOf(':') < 0 ? "" : ",") + field + "}");
  }

  static Request doubledField(Request request, Dice dice) {
    String text = text(request);
    return text.length() < 3
        ? saying(request, "{\"a\":1,\"a\":1}")
        : withField(request, text.substring(1, text.length() - 1));
  }

  static Request fieldMore(Request request, Dice dice) {
    List<String> fields =
        List.of("admin", "role", "scopes", "__proto__", "constructor", "", "$where", "environment");
    return withField(request, "\"" + dice.of(fields) + "\":" + dice.of(Hostile.VALUES));
  }

  static Request fieldLess(Request request, Dice dice) {
    String text = text(request);
    return saying(request, text.replaceFirst("\"[a-z_A-Z]+\":(\"[^\"]*\"|[^,}]*),?", ""));
  }

  static Request endsEarly(Request request, Dice dice) {
    byte[] body = request.body();
    return body.length == 0
        ? saying(request, "{\"")
        : request.body(Arrays.copyOf(body, dice.below(body.length)));
  }

  static Request andMore(Request request, Dice dice) {
    String more = dice.of(List.of("{}", "x", "}", ",", "null", "/* a */", "// a", "\0", "\n\n[]"));
    return saying(request, dice.oneIn(2) ? text(request) + more : more + text(request));
  }

  static Request byteMore(Request request, Dice dice) {
    byte[] body = request.body();
    var changed = new ByteArrayOutputStream();
    int at = body.length == 0 ? 0 : dice.below(body.length);
    changed.write(body, 0, at);
    changed.writeBytes(dice.bytes(dice.between(1, 3)));
    changed.write(body, at, body.length - at);
    return request.body(changed.toByteArray());
  }

  static Request noUtf8(Request request, Dice dice) {
    byte[][] wrong = {
      {(byte) 0xff},
      {(byte) 0xc0, (byte) 0xaf},
      {(byte) 0xe2, (byte) 0x82},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {0},
      {(byte) 0xfe, (byte) 0xff}
    };
    byte[] body = request.body();
    var changed = new ByteArrayOutputStream();
    int at = Math.max(0, body.length - 2);
    changed.write(body, 0, at);
    changed.writeBytes(wrong[dice.below(wrong.length)]);
    changed.write(body, at, body.length - at);
    return request.body(changed.toByteArray());
  }

  static Request nested(Request request, Dice dice) {
    int depth = dice.between(20, 30_000);
    return switch (dice.below(3)) {
      case 0 -> saying(request, "[".repeat(depth));
      case 1 -> saying(request, "{\"a\":".repeat(Math.min(depth, 12_000)));
      default -> {
        int half = Math.min(depth, LARGEST_BODY / 2 - 2_000);
        yield replacing(request, "[".repeat(half) + "]".repeat(half), dice);
      }
    };
  }

  static Request encoded(Request request, Dice dice) {
    Charset charset =
        Charset.forName(dice.of(List.of("UTF-16", "UTF-16LE", "UTF-32", "ISO-8859-1")));
    byte[] body = ((dice.oneIn(2) ? "\ufeff" : "") + text(request)).getBytes(charset);
    return request.body(body);
  }

  static Request tooLarge(Request request, Dice dice) {
    int size = LARGEST_BODY + dice.of(List.of(-1_000, 1, 2, 1_000, 100_000));
    String text = text(request);
    return switch (dice.below(3)) {
      case 0 -> saying(request, text + " ".repeat(Math.max(0, size - text.length())));
      case 1 -> replacing(request, "\"" + "x".repeat(size) + "\"", dice);
      default -> request.body(dice.bytes(size));
    };
  }

  static Request anotherBody(Request request, Dice dice) {
    List<String> bodies =
        List.of(
            "",
            " ",
            "null",
            "[]",
            "{}",
            "\"\"",
            "0",
            "true",
            "a=b&c=d",
            "<a/>",
            "--x\r\n\r\n--x--",
            "{",
            "}",
            "\u00e9",
            "{'a':1}",
            "{a:1}",
            "{\"a\":1,}",
            "[{}]",
            "GET / HTTP/1.1\r\n\r\n");
    return dice.oneIn(8)
        ? request.body(dice.bytes(dice.below(500)))
        : saying(request, dice.of(bodies));
  }

  /** Without a length; the chunks are of any size. */
  static Request chunked(Request request, Dice dice) {
    byte[] body = request.body();
    var chunks = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int size = Math.min(body.length - at, dice.between(1, 1 + body.length / 2));
      String extension = dice.oneIn(8) ? ";a=b" : "";
      chunks.writeBytes(
          (Integer.toHexString(size) + extension + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.write(body, at, size);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += size;
    }
    String trailer = dice.oneIn(4) ? "Authorization: Bearer trailer\r\n" : "";
    chunks.writeBytes(("0\r\n" + trailer + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return request
        .without("Content-Length")
        .with("Transfer-Encoding", "chunked")
        .body(chunks.toByteArray());
  }
}
