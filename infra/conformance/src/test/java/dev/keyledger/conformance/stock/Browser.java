package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Ports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium on pages of two hosts and four origins; the platform is at {@code localhost},
 * whatever the port. It is driven by {@code stock/browser.mjs}, which also sees what goes over the
 * wire.
 */
final class Browser implements AutoCloseable {
  private static final List<Integer> PAGES = Ports.free(2);

  /** Of the platform's own site: sites have no ports. */
  static final String LISTED = "http://localhost:" + PAGES.get(0);

  /** Another site, although it is on the list. */
  static final String LISTED_ON_ANOTHER_SITE = "http://127.0.0.1:" + PAGES.get(0);

  static final String OFF_THE_LIST = "http://localhost:" + PAGES.get(1);
  static final String ANOTHER_SITE = "http://127.0.0.1:" + PAGES.get(1);

  private static final JsonMapper JSON = new JsonMapper();

  private final Script script;

  private Browser(Script script) {
    this.script = script;
  }

  static Browser start() {
    var browser =
        new Browser(
            Script.start(
                "browser.mjs",
                Map.of(
                    "CHROMIUM", Tool.CHROMIUM.require().toString(),
                    "PLATFORM", StockCluster.issuer(),
                    "PORTS", PAGES.get(0) + "," + PAGES.get(1))));
    assertThat(browser.script.answer().at("/ready").asBoolean()).isTrue();
    return browser;
  }

  /** One request and its answer, as they went over the wire. */
  record Exchange(JsonNode node) {
    String line() {
      return node.path("method").asString() + " " + node.path("path").asString();
    }

    int status() {
      return node.path("status").asInt();
    }

    /** A header of the request, or {@code null}. */
    @Nullable String asked(String header) {
      return node.path("asked").path(header).asString(null);
    }

    /** A header of the answer, or {@code null}. */
    @Nullable String answered(String header) {
      JsonNode value = node.path("answered").path(header);
      return value.isArray() ? value.path(0).asString(null) : value.asString(null);
    }

    int code() {
      return JSON.readTree(node.path("body").asString()).at("/error/code").asInt();
    }

    @Override
    public String toString() {
      return line() + " " + status();
    }
  }

  /**
   * What came of something that a page did.
   *
   * @param seen by the page
   */
  record Outcome(JsonNode seen, List<Exchange> wire) {
    /** Whether the browser kept the answer, or the request itself, from the page. */
    boolean isBlocked() {
      return seen.has("blocked");
    }

    int status() {
      return seen.path("status").asInt();
    }

    /** The error's code that the page could read. */
    int code() {
      return seen.at("/body/error/code").asInt();
    }

    String accessToken() {
      return seen.at("/body/data/accessToken").asString();
    }

    /** Methods with statuses, in order: {@code OPTIONS 204}, {@code GET 200}. */
    List<String> methods() {
      return wire.stream()
          .map(exchange -> exchange.node().path("method").asString() + " " + exchange.status())
          .toList();
    }

    Exchange last() {
      return wire.getLast();
    }
  }

  /** A script's {@code fetch(path, options)} on a page of that origin. */
  Outcome fetch(String origin, String method, String path, Options options) {
    return ask(
        Map.of("deed", "fetch", "origin", origin, "path", path, "options", options.asking(method)));
  }

  /** A form that sends itself, on a page of that origin. */
  Outcome submit(String origin, String path, String enctype, Map<String, String> fields) {
    return ask(
        Map.of(
            "deed", "submit", "origin", origin, "path", path, "enctype", enctype, "fields",
            fields));
  }

  /** The cookies that it would send to refresh a session. */
  List<JsonNode> cookies() {
    JsonNode kept = ask(Map.of("deed", "cookies")).seen();
    return StreamSupport.stream(kept.spliterator(), false).toList();
  }

  /** Forgets everything, as another person's browser would not know it. */
  void forget() {
    ask(Map.of("deed", "fresh"));
  }

  private Outcome ask(Map<String, ?> what) {
    JsonNode said = script.ask(JSON.writeValueAsString(what));
    assertThat(said.at("/seen/failed").asString("")).as(what + " " + said).isEmpty();
    return new Outcome(
        said.path("seen"),
        StreamSupport.stream(said.path("wire").spliterator(), false).map(Exchange::new).toList());
  }

  @Override
  public void close() {
    script.close();
  }

  /** Of a {@code fetch}. */
  record Options(Map<String, String> headers, @Nullable String body, String credentials) {
    static Options none() {
      return new Options(Map.of(), null, "same-origin");
    }

    static Options json(Map<String, ?> body) {
      return new Options(
          Map.of("Content-Type", "application/json"), JSON.writeValueAsString(body), "same-origin");
    }

    Options with(String header, String value) {
      var more = new TreeMap<>(headers);
      more.put(header, value);
      return new Options(more, body, credentials);
    }

    /** With cookies, wherever it goes. */
    Options withCredentials() {
      return new Options(headers, body, "include");
    }

    private Map<String, Object> asking(String method) {
      var options = new TreeMap<String, Object>();
      options.put("method", method);
      options.put("headers", headers);
      options.put("credentials", credentials);
      if (body != null) {
        options.put("body", body);
      }
      return options;
    }
  }
}
