package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Request;
import java.util.List;

/** Headers made worse. */
final class ChangedHeaders {
  private final List<String> credentials;

  ChangedHeaders(List<String> credentials) {
    this.credentials = credentials;
  }

  static Request contentType(Request request, Dice dice) {
    String type = dice.of(Hostile.CONTENT_TYPES);
    if (dice.oneIn(12)) {
      return request.with("Content-Type", type);
    }
    return dice.oneIn(8)
        ? request.without("Content-Type")
        : request.replacing("Content-Type", type);
  }

  static Request longHeader(Request request, Dice dice) {
    String name =
        dice.of(List.of("X-Long", "Authorization", "Cookie", "User-Agent", "Origin", "A"));
    return request.with(name, "a".repeat(dice.of(List.of(500, 4_000, 7_000, 9_000, 40_000))));
  }

  static Request manyHeaders(Request request, Dice dice) {
    Request many = request;
    for (int i = dice.of(List.of(20, 90, 150)); i > 0; i--) {
      many = many.with("X-Number-" + i, "a");
    }
    return many;
  }

  static Request proxyHeader(Request request, Dice dice) {
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

  static Request doubledHeader(Request request, Dice dice) {
    List<String> lines = request.lines();
    if (lines.isEmpty() || dice.oneIn(4)) {
      return request.with("Host", "localhost").with("Host", "evil.example");
    }
    return request.line(dice.of(lines));
  }

  static Request strangeHeader(Request request, Dice dice) {
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

  Request cookie(Request request, Dice dice) {
    String value =
        dice.oneIn(3)
            ? dice.of(credentials)
            : dice.of(
                List.of(
                    "", "a", "\"a\"", "a b", "a,b", "\u00e9", "x".repeat(5_000), "%00", "a=b=c"));
    return request.with(
        "Cookie", dice.of(List.of("refreshToken", "JSESSIONID", "a")) + "=" + value);
  }
}
