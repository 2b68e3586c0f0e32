package dev.keyledger.conformance;

import dev.keyledger.conformance.script.Script;
import dev.keyledger.conformance.script.Scripts;
import dev.keyledger.conformance.script.Stage;
import dev.keyledger.conformance.script.World;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * The one running platform of this module, and its report. Tests in Java are reported as sentences
 * too, by the display names of their classes and methods.
 */
public final class Conformance implements BeforeAllCallback, ParameterResolver, TestWatcher {
  private static final Path FILES = Path.of("src/test/resources/contracts");

  /** More than a sentence needs, and few enough for an attack. */
  private static final int LOCK_OUT_FAILURES = 100;

  /** Nothing here is about these, and longer ones would only make the suite longer. */
  private static final Layout LAYOUT =
      Layout.single()
          .with(Service.DELIVERY, 1)
          .withSetting("keyledger.usage.interval", "PT0.2S")
          .withSetting("keyledger.people.hashing.memory", 1024)
          .withSetting("keyledger.people.lock-out.failures", LOCK_OUT_FAILURES)
          .withSetting("keyledger.gateway.incrm.origins", List.of("https://app.example"))
          // So that the gateway believes whom a request came from, as behind a load balancer.
          .withSetting("keyledger.trusted-proxies", List.of("127.0.0.1/32", "::1/128"));

  /** Lives as long as the tests of this module. */
  public static final class Platform implements World, AutoCloseable {
    private final List<Script> scripts = Scripts.in(FILES);
    private final Cluster cluster = Cluster.start(LAYOUT);
    private final Stage stage = new Stage(this, scripts);
    private final Report report = new Report();
    private final Thread end = new Thread(cluster::close, "end of cluster");

    Platform() {
      Runtime.getRuntime().addShutdownHook(end);
    }

    public Cluster cluster() {
      return cluster;
    }

    List<Script> scripts() {
      return scripts;
    }

    public Stage stage() {
      return stage;
    }

    public Report report() {
      return report;
    }

    /** How many failures lock an account or an address out. */
    public int lockOutFailures() {
      return LOCK_OUT_FAILURES;
    }

    @Override
    public URI baseUrl() {
      return cluster.gateway().base();
    }

    @Override
    public Clock clock() {
      return cluster.clock();
    }

    @Override
    public void advance(Duration by) {
      cluster.clock().advance(by);
    }

    @Override
    public String operatorToken() {
      return cluster.people().operatorToken();
    }

    @Override
    public Path logs() {
      return cluster.logs();
    }

    @Override
    public void answered(HttpResponse<byte[]> answer) {
      Descriptions.check(answer);
    }

    @Override
    public void close() throws IOException {
      report.publish(System.out);
      Runtime.getRuntime().removeShutdownHook(end);
      cluster.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    platform(context);
  }

  private static Platform platform(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(Conformance.class))
        .computeIfAbsent(Platform.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Platform.class;
  }

  @Override
  public Platform resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return platform(context);
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    report(context, true);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    report(context, false);
  }

  private static void report(ExtensionContext context, boolean holds) {
    String system = context.getParent().orElseThrow().getDisplayName();
    platform(context).report().add(system, context.getDisplayName(), holds);
  }
}
