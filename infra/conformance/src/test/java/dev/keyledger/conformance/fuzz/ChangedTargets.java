package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;

/** Other paths, queries and credentials than the request's own. */
final class ChangedTargets {
  private static final String KEY = "key_[0-9a-f-]+";

  private final List<String> credentials;
  private final List<String> names;

  ChangedTargets(List<String> credentials, List<String> names) {
    this.credentials = credentials;
    this.names = names;
  }

  Request path(Request request, Dice dice) {
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

  Request query(Request request, Dice dice) {
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

  Request credential(Request request, Dice dice) {
    return request.without("Authorization").as(dice.of(credentials));
  }

  Request credentialMore(Request request, Dice dice) {
    return dice.oneIn(2)
        ? request.with("X-Api-Key", dice.of(credentials))
        : request.as(dice.of(credentials));
  }

  static Request damaged(Request request, Dice dice) {
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
