package dev.keyledger.command;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Started before the first test that needs them, ended after the last, before their servers are.
 */
final class Replicas implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(Replicas.class))
        .computeIfAbsent(
            "replicas",
            key -> {
              CommandServiceTest.startReplicas();
              return (AutoCloseable) CommandServiceTest::stopReplicas;
            });
  }
}
