package dev.keyledger.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.conformance.Conformance;
import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is sent to a dialect, what comes back is documented. */
@DisplayName("fuzzing")
class FuzzTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  private static final int SHORT = 500;
  private static final int LONG = 10_000;

  @TestFactory
  Stream<DynamicTest> hostileRequests(Platform platform) throws IOException {
    return run(platform, SHORT);
  }

  @Tag("fuzz")
  @TestFactory
  Stream<DynamicTest> manyHostileRequests(Platform platform) throws IOException {
    return run(platform, LONG);
  }

  private static Stream<DynamicTest> run(Platform platform, int requests) throws IOException {
    long seed = Long.getLong("fuzz.seed", System.nanoTime() % 1_000_000_000);
    System.out.printf("Fuzzing with %d requests each: -Dfuzz.seed=%d%n", requests, seed);
    var fuzzing = new Fuzzing(platform, seed);
    Map<Path, Long> before = sizesOf(platform.logs());
    long begun = System.nanoTime();
    Map<Target, List<String>> found = fuzzing.run(requests);
    System.out.printf("Fuzzing took %d s%n", (System.nanoTime() - begun) / 1_000_000_000);

    var tests = new ArrayList<DynamicTest>();
    found.forEach((target, findings) ->
        tests.add(
            sentence(
                platform,
                requests + " hostile requests: " + target,
                () -> assertThat(findings).isEmpty())));
    List<String> errors = errorsIn(platform.logs(), before);
    tests.add(
        sentence(
            platform,
            "no service met with anything that it didn't expect",
            () -> assertThat(errors).isEmpty()));
    return tests.stream();
  }

  private static DynamicTest sentence(Platform platform, String text, Runnable test) {
    return dynamicTest(text, () -> platform.report().of("fuzzing", text, test));
  }

  private static Map<Path, Long> sizesOf(Path folder) throws IOException {
    var sizes = new HashMap<Path, Long>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }

  /** Lines of that level, and of traces of what was thrown. */
  private static List<String> errorsIn(Path folder, Map<Path, Long> before) throws IOException {
    var errors = new ArrayList<String>();
    for (Map.Entry<Path, Long> file : before.entrySet()) {
      try (var channel = Files.newByteChannel(file.getKey())) {
        channel.position(file.getValue());
        var reader = Channels.newReader(channel, "ISO-8859-1");
        new BufferedReader(reader)
            .lines()
            .filter(line -> line.contains(" ERROR ") || line.startsWith("\tat "))
            .limit(20)
            .forEach(line -> errors.add(file.getKey().getFileName() + ": " + line));
      }
    }
    return errors;
  }

  @Test
  @DisplayName("every endpoint that a dialect declares is fuzzed")
  void everyEndpointThatADialectDeclaresIsFuzzed(Platform platform) throws IOException {
    var listed = new TreeMap<String, TreeSet<String>>();
    new Targets(platform)
        .all()
        .forEach(target ->
            listed
                .computeIfAbsent(target.dialect().toString(), d -> new TreeSet<>())
                .add(target.toString()));
    assertThat(listed).isEqualTo(declared(platform));
  }

  /** The gateway says at its start which dialects it has, and what each answers. */
  private static Map<String, TreeSet<String>> declared(Platform platform) throws IOException {
    var declared = new TreeMap<String, TreeSet<String>>();
    Pattern line = Pattern.compile("Dialect ([a-z-]+) answers (.*)");
    try (var logs = Files.list(platform.logs())) {
      Path gateways =
          logs.filter(log -> log.getFileName().toString().matches("gateway.*\\.log"))
              .findFirst()
              .orElseThrow();
      for (String each : Files.readAllLines(gateways)) {
        Matcher matcher = line.matcher(each);
        if (matcher.find()) {
          declared.put(matcher.group(1), new TreeSet<>(List.of(matcher.group(2).split(", "))));
        }
      }
    }
    return declared;
  }

  @Test
  @DisplayName("bodies that never come hold up nobody")
  void bodiesThatNeverComeHoldUpNobody(Platform platform) throws IOException {
    var hanging = new ArrayList<Wire>();
    try {
      for (int i = 0; i < 60; i++) {
        Wire wire = Wire.to(platform.baseUrl());
        hanging.add(wire);
        wire.write(
            "POST /auth/v1/token HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"api_key\":"
                .formatted(wire.host())
                .getBytes());
      }
      Answered answer =
          Wire.ask(platform.baseUrl(), Request.post("/auth/v1/token", Map.of("api_key", "x")));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.took()).isLessThan(Duration.ofSeconds(5));
      for (Wire wire : hanging) {
        wire.endOutput();
        Optional<Answered> told = wire.read("POST");
        told.ifPresent(each -> assertThat(each.status()).isBetween(400, 499));
      }
    } finally {
      for (Wire wire : hanging) {
        wire.close();
      }
    }
  }
}
