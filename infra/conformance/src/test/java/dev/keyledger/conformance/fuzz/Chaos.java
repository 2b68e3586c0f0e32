package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.fuzz.Attempt.Delivery;
import dev.keyledger.conformance.wire.Request;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;

/** Makes requests worse, in one to three ways at a time. */
final class Chaos {
  /** Bodies beyond this are refused: {@code keyledger.max-body-size}. */
  private static final int LARGEST_BODY = 64 * 1024;

  private static final String KEY = "key_[0-9a-f-]+";

  private interface Change {
    Request of(Request request, Dice dice);
  }

  private record Named(String name, Change change) {}

  private final List<String> credentials;
  private final List<String> names;
  private final List<Named> changes;

  /**
   * @param credentials of other systems, tenants and environments
   * @param names of what belongs to another tenant
   */
  Chaos(List<String> credentials, List<String> names) {
    this.credentials = credentials;
    this.names = names;
    this.changes =
        List.of(
            new Named("a value", this::value),
            new Named("a value", this::value),
            new Named("a value", this::value),
            new Named("a text as JSON writes it", this::jsonText),
            new Named("a text as JSON writes it", this::jsonText),
            new Named("another's name", this::anothersName),
            new Named("a field doubled", Chaos::doubledField),
            new Named("a field more", this::fieldMore),
            new Named("a field less", Chaos::fieldLess),
            new Named("JSON that ends early", Chaos::endsEarly),
            new Named("JSON and more", Chaos::andMore),
            new Named("a byte more", Chaos::byteMore),
            new Named("no UTF-8", Chaos::noUtf8),
            new Named("nested deeply", Chaos::nested),
            new Named("another encoding", Chaos::encoded),
            new Named("too large", Chaos::tooLarge),
            new Named("another body", Chaos::anotherBody),
            new Named("another content type", Chaos::contentType),
            new Named("another content type", Chaos::contentType),
            new Named("another method", (r, dice) -> r.method(dice.of(Hostile.METHODS))),
            new Named("a long header", Chaos::longHeader),
            new Named("many headers", Chaos::manyHeaders),
            new Named("a header of proxies", Chaos::proxyHeader),
            new Named("a header doubled", Chaos::doubledHeader),
            new Named("a strange header", Chaos::strangeHeader),
            new Named("a cookie", this::cookie),
            new Named("another path", this::path),
            new Named("another path", this::path),
            new Named("a query", this::query),
            new Named("another's credential", this::credential),
            new Named("another's credential", this::credential),
            new Named("one credential more", this::credentialMore),
            new Named("a damaged credential", Chaos::damaged),
            new Named("no credential", (r, dice) -> r.without("Authorization")));
  }

  /** The good request, made worse. */
  Attempt on(Request good, Dice dice, String host) {
    Request worse = good;
    var whats = new ArrayList<String>();
    for (int n = dice.between(1, 3); n > 0; n--) {
      Named named = dice.of(changes);
      whats.add(named.name());
      worse = named.change().of(worse, dice);
    }
    Request sent = worse;
    if (dice.oneIn(10)) {
      whats.add("chunks");
      sent = chunked(worse, dice);
    }
    byte[] bytes = sent.bytes(host);
    if (dice.oneIn(12)) {
      return new Attempt(worse, whats, broken(sent, whats, bytes, dice), Delivery.CUT);
    }
    Delivery delivery = dice.oneIn(25) && bytes.length < 3_000 ? Delivery.PIECES : Delivery.WHOLE;
    return new Attempt(worse, whats, bytes, delivery);
  }

  /** What isn't HTTP any more, so that no answer is an answer too. */
  private static byte[] broken(Request request, List<String> whats, byte[] bytes, Dice dice) {
    byte[] changed = bytes.clone();
    if (dice.oneIn(2)) {
      whats.add("flipped bits");
      for (int n = dice.between(1, 8); n > 0; n--) {
        changed[dice.below(changed.length)] ^= (byte) (1 << dice.below(8));
      }
    } else if (dice.oneIn(2)) {
      whats.add("a length that is wrong");
      String[] lengths = {
        "-1", "0", "1", "99999999999999999999", "abc", "5, 5", "+5", "0x10", "", "2147483648"
      };
      Request framed =
          request
              .without("Content-Length")
              .with("Content-Length", lengths[dice.below(lengths.length)]);
      if (dice.oneIn(3)) {
        String[] codings = {"chunked", "gzip", "chunked, identity", "identity", "\tchunked", "x"};
        framed = framed.with("Transfer-Encoding", codings[dice.below(codings.length)]);
      }
      changed = framed.bytes("localhost");
    } else {
      whats.add("cut");
      changed = Arrays.copyOf(changed, dice.between(1, changed.length));
    }
    return changed;
  }

  // --- Bodies
  // -------------------------------------------------------------------------------------

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

  private Request value(Request request, Dice dice) {
    return replacing(request, dice.of(Hostile.VALUES), dice);
  }

  private Request jsonText(Request request, Dice dice) {
    String json =
        dice.oneIn(2)
            ? dice.of(Hostile.JSON_TEXTS)
            : "\"" + dice.of(Hostile.TEXTS).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    return replacing(request, json, dice);
  }

  private Request anothersName(Request request, Dice dice) {
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

  private static Request doubledField(Request request, Dice dice) {
    String text = text(request);
    return text.length() < 3
        ? saying(request, "{\"a\":1,\"a\":1}")
        : withField(request, text.substring(1, text.length() - 1));
  }

  private Request fieldMore(Request request, Dice dice) {
    List<String> fields =
        List.of("admin", "role", "scopes", "__proto__", "constructor", "", "$where", "environment");
    return withField(request, "\"" + dice.of(fields) + "\":" + dice.of(Hostile.VALUES));
  }

  private static Request fieldLess(Request request, Dice dice) {
    String text = text(request);
    return saying(request, text.replaceFirst("\"[a-z_A-Z]+\":(\"[^\"]*\"|[^,}]*),?", ""));
  }

  private static Request endsEarly(Request request, Dice dice) {
    byte[] body = request.body();
    return body.length == 0
        ? saying(request, "{\"")
        : request.body(Arrays.copyOf(body, dice.below(body.length)));
  }

  private static Request andMore(Request request, Dice dice) {
    String more = dice.of(List.of("{}", "x", "}", ",", "null", "/* a */", "// a", "\0", "\n\n[]"));
    return saying(request, dice.oneIn(2) ? text(request) + more : more + text(request));
  }

  private static Request byteMore(Request request, Dice dice) {
    byte[] body = request.body();
    var changed = new ByteArrayOutputStream();
    int at = body.length == 0 ? 0 : dice.below(body.length);
    changed.write(body, 0, at);
    changed.writeBytes(dice.bytes(dice.between(1, 3)));
    changed.write(body, at, body.length - at);
    return request.body(changed.toByteArray());
  }

  private static Request noUtf8(Request request, Dice dice) {
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

  private static Request nested(Request request, Dice dice) {
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

  private static Request encoded(Request request, Dice dice) {
    Charset charset =
        Charset.forName(dice.of(List.of("UTF-16", "UTF-16LE", "UTF-32", "ISO-8859-1")));
    byte[] body = ((dice.oneIn(2) ? "\ufeff" : "") + text(request)).getBytes(charset);
    return request.body(body);
  }

  private static Request tooLarge(Request request, Dice dice) {
    int size = LARGEST_BODY + dice.of(List.of(-1_000, 1, 2, 1_000, 100_000));
    String text = text(request);
    return switch (dice.below(3)) {
      case 0 -> saying(request, text + " ".repeat(Math.max(0, size - text.length())));
      case 1 -> replacing(request, "\"" + "x".repeat(size) + "\"", dice);
      default -> request.body(dice.bytes(size));
    };
  }

  private static Request anotherBody(Request request, Dice dice) {
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
  private static Request chunked(Request request, Dice dice) {
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

  // --- Headers
  // ------------------------------------------------------------------------------------

  private static Request contentType(Request request, Dice dice) {
    String type = dice.of(Hostile.CONTENT_TYPES);
    if (dice.oneIn(12)) {
      return request.with("Content-Type", type);
    }
    return dice.oneIn(8)
        ? request.without("Content-Type")
        : request.replacing("Content-Type", type);
  }

  private static Request longHeader(Request request, Dice dice) {
    String name =
        dice.of(List.of("X-Long", "Authorization", "Cookie", "User-Agent", "Origin", "A"));
    return request.with(name, "a".repeat(dice.of(List.of(500, 4_000, 7_000, 9_000, 40_000))));
  }

  private static Request manyHeaders(Request request, Dice dice) {
    Request many = request;
    for (int i = dice.of(List.of(20, 90, 150)); i > 0; i--) {
      many = many.with("X-Number-" + i, "a");
    }
    return many;
  }

  private static Request proxyHeader(Request request, Dice dice) {
    String name =
        dice.of(
            List.of(
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Prefix",
                "X-Forwarded-Port",
                "X-Auth-Organization",
                "X-Auth-Scopes",
                "Keyledger-Dialect",
                "Keyledger-Environment",
                "Keyledger-Reason",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X-Request-Id",
                "traceparent",
                "tracestate",
                "baggage",
                "Forwarded"));
    String value =
        dice.oneIn(3)
            ? dice.of(
                List.of(
                    "incard",
                    "incrm",
                    "syncgram-pay",
                    "octopus-cards",
                    "live",
                    "sandbox",
                    "DELETE",
                    "/v1/organizations",
                    "sandbox.localhost",
                    "production.localhost:1",
                    "00-" + "f".repeat(32) + "-" + "f".repeat(16) + "-01"))
            : dice.of(Hostile.TEXTS);
    return request.with(name, value);
  }

  private static Request doubledHeader(Request request, Dice dice) {
    List<String> lines = request.lines();
    if (lines.isEmpty() || dice.oneIn(4)) {
      return request.with("Host", "localhost").with("Host", "evil.example");
    }
    return request.line(dice.of(lines));
  }

  private static Request strangeHeader(Request request, Dice dice) {
    String line =
        dice.of(
            List.of(
                "Expect: 100-continue",
                "Expect: something",
                "Accept: application/xml",
                "Accept: nonsense",
                "Accept: " + "a/b,".repeat(500),
                "Accept-Encoding: gzip, br, zstd",
                "Accept-Language: ../../x",
                "Range: bytes=0-1",
                "If-None-Match: *",
                "If-Modified-Since: yesterday",
                "Prefer: wait=99999999999",
                "Prefer: wait=-1, wait=x",
                "Connection: Authorization, close",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                "Upgrade: websocket",
                "Origin: https://app.example",
                "Origin: https://evil.example",
                "Origin: null",
                "Origin: \u00e9",
                "Access-Control-Request-Method: POST",
                "Idempotency-Key: \u00ff\u00fe",
                "Authorization:",
                "Authorization: Bearer",
                "Authorization: Basic !!!",
                "Authorization: Digest username=\"a\"",
                "X-Api-Key:",
                "X-Api-Key: \u0001",
                "X-Tab: a\tb",
                "X-Empty:",
                ": no name",
                "No colon",
                "Spa ce: a",
                "X-Nul: a\0b",
                "X-Fold: a\r\n b",
                "X-Latin: \u00e9\u00ff",
                "Cookie: ;;;=;a;=b;$Version=1",
                "Referer: https://evil.example/?token=abc",
                "TE: trailers",
                "Trailer: Authorization",
                "Max-Forwards: 0",
                "Via: 1.1 \u00e9"));
    return request.line(line);
  }

  private Request cookie(Request request, Dice dice) {
    String value =
        dice.oneIn(3)
            ? dice.of(credentials)
            : dice.of(
                List.of(
                    "", "a", "\"a\"", "a b", "a,b", "\u00e9", "x".repeat(5_000), "%00", "a=b=c"));
    return request.with(
        "Cookie", dice.of(List.of("refreshToken", "JSESSIONID", "a")) + "=" + value);
  }

  // --- Targets
  // ------------------------------------------------------------------------------------

  private Request path(Request request, Dice dice) {
    String path = request.target();
    int slash = 1 + path.indexOf('/', 1);
    String name = dice.of(names);
    List<String> others =
        List.of(
            path + "/",
            path + "/" + name,
            path + "/" + name + "/revoke",
            path + "/..",
            path + "/../../v1/organizations",
            path + "/%2e%2e/%2e%2e/internal/v1",
            path + ";jsessionid=a",
            path + "%00",
            path + "%0d%0aSet-Cookie:%20a=b",
            path + "%2f",
            path + "%",
            path + "%zz",
            path + "%c0%af",
            path + "\u00e9",
            path + "\\..\\x",
            path + "/" + "a".repeat(6_000),
            path + "/" + "a/".repeat(1_000),
            path + ".json",
            path + "#fragment",
            path.toUpperCase(Locale.ROOT),
            path.substring(0, slash) + "/" + path.substring(slash),
            "/" + path,
            path.replaceFirst("/([a-z])", "/%6$1"),
            "http://evil.example" + path,
            "//evil.example" + path,
            path.substring(1),
            "*",
            path.replaceFirst(
                KEY, Matcher.quoteReplacement(dice.of(Hostile.TEXTS).replace(" ", ""))),
            path.replaceFirst(KEY, name),
            "/internal/v1/demonstration/people",
            "/actuator/env",
            "/v1/organizations/" + name,
            "/v1/organizations/" + name + "/keys");
    String other = dice.of(others);
    // Without a target it would be HTTP/0.9, whose answers have no status.
    return request.target(other.isEmpty() ? "/" : other);
  }

  private Request query(Request request, Dice dice) {
    String value =
        switch (dice.below(4)) {
          case 0 -> dice.of(names);
          case 1 -> "%00%ff%c0";
          case 2 -> "a".repeat(dice.of(List.of(100, 6_000)));
          default -> URLEncoder.encode(dice.of(Hostile.TEXTS), StandardCharsets.UTF_8);
        };
    String name =
        dice.of(
            List.of(
                "organization",
                "environment",
                "limit",
                "cursor",
                "at_least",
                "scope",
                "api_key",
                "access_token",
                "_method",
                "a[]",
                ""));
    return request.target(request.target() + (dice.oneIn(6) ? "?&=&;?" : "?") + name + "=" + value);
  }

  private Request credential(Request request, Dice dice) {
    return request.without("Authorization").as(dice.of(credentials));
  }

  private Request credentialMore(Request request, Dice dice) {
    return dice.oneIn(2)
        ? request.with("X-Api-Key", dice.of(credentials))
        : request.as(dice.of(credentials));
  }

  private static Request damaged(Request request, Dice dice) {
    var lines = new ArrayList<String>();
    for (String line : request.lines()) {
      if (line.startsWith("Authorization: Bearer ") && line.length() > 40) {
        int at = "Authorization: Bearer ".length() + dice.below(line.length() - 22);
        lines.add(
            switch (dice.below(4)) {
              case 0 -> line.substring(0, at);
              case 1 -> line.substring(0, at) + "\u00e9" + line.substring(at + 1);
              case 2 -> line.substring(0, at) + "." + line.substring(at);
              default -> line + line.substring(at);
            });
      } else {
        lines.add(line);
      }
    }
    return new Request(request.method(), request.target(), lines, request.body());
  }
}
