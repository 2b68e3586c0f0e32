package dev.keyledger.integration;

import static dev.keyledger.integration.Outstanding.done;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a change does to credentials that are out there, as ARCHITECTURE.md has it: each row is made
 * and taken back on running services, and each kind of credential used after both, at token-service
 * and at one that verifies by itself.
 */
class TighteningTest {
  private static final Path ARCHITECTURE = Path.of("../../ARCHITECTURE.md");
  private static final String HEAD = "| change | taken back by |";
  private static final String LET_RUN_OUT = "keys.outstanding_tokens";

  /**
   * @param rules of the policy before, but for the standard ones
   */
  private record Change(
      Map<String, Object> rules, Consumer<Outstanding> made, Consumer<Outstanding> takenBack) {
    Change(Consumer<Outstanding> made, Consumer<Outstanding> takenBack) {
      this(Map.of(), made, takenBack);
    }

    Change(Consumer<Outstanding> made) {
      this(made, o -> {});
    }

    static Change ofPolicy(String path, Object value) {
      return new Change(o -> o.setPolicy(Map.of(path, value)), o -> o.setPolicy(Map.of()));
    }
  }

  private static final Map<String, Change> CHANGES = changes();

  private static Map<String, Change> changes() {
    var changes = new LinkedHashMap<String, Change>();
    Consumer<Outstanding> revoke =
        o -> done(o.command("POST", "/keys/" + o.key + "/revoke", Map.of()));
    Consumer<Outstanding> complete =
        o -> done(o.command("POST", "/keys/" + o.key + "/rotation/complete", Map.of()));
    Consumer<Outstanding> letRunOut = o -> o.setPolicy(Map.of(LET_RUN_OUT, "expire"));
    changes.put("key revoked", new Change(revoke, letRunOut));
    changes.put(
        "key revoked, tokens may run out",
        new Change(Map.of(LET_RUN_OUT, "expire"), revoke, o -> {}));
    changes.put("key suspended", new Change(o -> suspend(o, Map.of()), TighteningTest::resume));
    changes.put(
        "key suspended, tokens may run out",
        new Change(
            Map.of(LET_RUN_OUT, "expire"), o -> suspend(o, Map.of()), TighteningTest::resume));
    changes.put(
        "key suspended for half a minute",
        new Change(
            o ->
                suspend(
                    o, Map.of("until", o.cluster().clock().instant().plusSeconds(30).toString())),
            o -> o.cluster().clock().advance(Duration.ofSeconds(31))));
    changes.put("rotation completed", new Change(complete, letRunOut));
    changes.put(
        "grace run out",
        new Change(
            Map.of("keys.default_grace", "PT30S"),
            o -> o.cluster().clock().advance(Duration.ofSeconds(31)),
            letRunOut));
    changes.put(
        "rotation completed, tokens may run out",
        new Change(Map.of(LET_RUN_OUT, "expire"), complete, o -> {}));
    changes.put(
        "rotation rolled back",
        new Change(o -> {
          done(o.command("POST", "/keys/" + o.key + "/rotation/roll-back", Map.of()));
          o.goBackToTheOlderSecret();
        }));
    changes.put(
        "scopes narrowed",
        new Change(o ->
            done(
                o.command(
                    "PATCH", "/keys/" + o.key, Map.of("scopes", List.of("organization.read"))))));
    changes.put("role lowered", new Change(o -> role(o, "employee"), o -> role(o, "developer")));
    changes.put(
        "member removed",
        new Change(o -> done(o.operator().delete(o.path("/members/" + o.developer.id())))));
    changes.put(
        "member removed, keys the organisation's",
        new Change(
            Map.of("keys.authority", "organization"),
            o -> done(o.operator().delete(o.path("/members/" + o.developer.id()))),
            o -> {}));
    changes.put(
        "organisation suspended",
        new Change(
            o -> done(o.operator().post(o.path("/suspend"))),
            o -> done(o.operator().post(o.path("/reinstate")))));
    changes.put(
        "address taken off the allowlist",
        new Change(o -> allow(o, List.of("192.0.2.0/24")), o -> allow(o, List.of())));
    changes.put(
        "permission taken from a role",
        Change.ofPolicy("roles.developer", List.of("organization.read")));
    changes.put("secrets no longer used directly", Change.ofPolicy("keys.uses", List.of("login")));
    changes.put(
        "access tokens live shorter",
        new Change(
            o -> {
              o.cluster().clock().advance(Duration.ofSeconds(60));
              o.setPolicy(
                  Map.of("sessions.access_lifetime", "PT50S", "key_tokens.lifetime", "PT50S"));
            },
            o -> o.setPolicy(Map.of())));
    changes.put(
        "refresh tokens live shorter",
        new Change(
            o -> {
              o.cluster().clock().advance(Duration.ofSeconds(60));
              o.setPolicy(
                  Map.of(
                      "sessions.access_lifetime", "PT50S",
                      "sessions.refresh_lifetime", "PT55S",
                      "key_tokens.lifetime", "PT50S",
                      "key_tokens.refresh_lifetime", "PT55S"));
            },
            o -> o.setPolicy(Map.of())));
    changes.put("second step always asked for", Change.ofPolicy("sessions.second_step", "always"));
    changes.put("password changed", new Change(Outstanding::changePassword));
    return changes;
  }

  private static void suspend(Outstanding o, Map<String, Object> until) {
    var body = new LinkedHashMap<String, Object>(until);
    body.put("reason", "who uses it?");
    done(o.command("POST", "/keys/" + o.key + "/suspend", body));
  }

  private static void resume(Outstanding o) {
    done(o.command("POST", "/keys/" + o.key + "/resume", Map.of()));
  }

  private static void role(Outstanding o, String role) {
    done(o.operator().put(o.path("/members/" + o.developer.id() + "/role"), Map.of("role", role)));
  }

  private static void allow(Outstanding o, List<String> ranges) {
    done(o.operator().put(o.path("/ip-allowlist"), Map.of("cidrs", ranges)));
  }

  static List<String> names() {
    return List.copyOf(CHANGES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsOutThereFaresAsTheTableSays(String name) throws IOException {
    Change change = CHANGES.get(name);
    var outstanding = new Outstanding(SharedCluster.get(), change.rules());
    Map<String, @Nullable Set<String>> before = outstanding.use();
    assertThat(before.values()).doesNotContainNull();

    change.made().accept(outstanding);
    Map<String, @Nullable Set<String>> after = outstanding.use();
    change.takenBack().accept(outstanding);
    Map<String, @Nullable Set<String>> takenBack = outstanding.use();

    var fate = new ArrayList<String>();
    for (String kind : Outstanding.KINDS) {
      fate.add(fate(before.get(kind), after.get(kind), takenBack.get(kind)));
    }
    assertThat(fate).as(name).isEqualTo(rows().get(name));
  }

  @Test
  void everyRowOfTheTableIsTried() throws IOException {
    assertThat(rows().keySet()).containsExactlyElementsOf(CHANGES.keySet());
  }

  private static String fate(
      Set<String> before, @Nullable Set<String> after, @Nullable Set<String> takenBack) {
    if (after == null) {
      return takenBack == null ? "ends" : "rests";
    }
    if (takenBack == null) {
      return "ends later";
    }
    return after.containsAll(before) ? "lives" : "may do less";
  }

  private static Map<String, List<String>> rows() throws IOException {
    var rows = new LinkedHashMap<String, List<String>>();
    List<String> lines = Files.readAllLines(ARCHITECTURE);
    int head = 0;
    while (!lines.get(head).startsWith(HEAD)) {
      head++;
    }
    for (String line : lines.subList(head + 2, lines.size())) {
      if (!line.startsWith("|")) {
        break;
      }
      List<String> cells = List.of(line.substring(2, line.length() - 2).split(" \\| "));
      rows.put(cells.getFirst(), cells.subList(2, cells.size()));
    }
    return rows;
  }
}
