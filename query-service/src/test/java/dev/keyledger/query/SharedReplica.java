package dev.keyledger.query;

import dev.keyledger.events.policy.Policy;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;

/**
 * One replica with a ledger to read and a token-service to ask, for the tests that can share it.
 */
final class SharedReplica implements AutoCloseable {
  final MovableClock clock = new MovableClock(TestLedger.START);
  final TestLedger ledger;
  final Database database;
  final FakeTokenService tokens = new FakeTokenService();
  final StubServer command = new StubServer();
  final QueryServiceUnderTest service;

  private SharedReplica() {
    Servers servers = Servers.forTests();
    ledger = new TestLedger(servers.bootstrapServers());
    database = servers.freshDatabase();
    service =
        new QueryServiceUnderTest(
            database,
            servers.bootstrapServers(),
            clock,
            Map.of(
                "keyledger.token-service.url",
                tokens.url(),
                "keyledger.command-service.url",
                command.url(),
                // Tests count what token-service is asked.
                "keyledger.history.addresses.interval",
                "1d"));
  }

  /** Starts it before the first test and stops it after the last; each test finds the clock set. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return parameter.getParameter().getType() == SharedReplica.class;
    }

    @Override
    public SharedReplica resolveParameter(ParameterContext parameter, ExtensionContext test) {
      SharedReplica replica =
          test.getRoot()
              .getStore(Namespace.create(SharedReplica.class))
              .computeIfAbsent(
                  SharedReplica.class, key -> new SharedReplica(), SharedReplica.class);
      replica.clock.set(TestLedger.START);
      return replica;
    }
  }

  static Policy tightened() {
    var p = TestLedger.policy();
    return new Policy(
        p.dialect(),
        List.of("live"),
        p.environmentChoice(),
        p.liveEnvironments(),
        List.of("live"),
        p.keys(),
        p.keyTokens(),
        p.sessions(),
        p.roles(),
        p.onboardingPermissions());
  }

  static String json(JsonNode node) {
    return node.isMissingNode() ? "null" : node.toString().replace('"', '\'');
  }

  static List<String> ids(JsonNode items) {
    var ids = new ArrayList<String>();
    items.forEach(i -> ids.add(i.path("id").stringValue()));
    return ids;
  }

  @Override
  public void close() {
    service.close();
    command.close();
    tokens.close();
    ledger.close();
  }
}
