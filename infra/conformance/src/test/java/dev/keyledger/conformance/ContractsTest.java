package dev.keyledger.conformance;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.conformance.Conformance.Platform;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every sentence of every file. */
class ContractsTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  @TestFactory
  Stream<DynamicContainer> sentences(Platform platform) {
    return platform.scripts().stream()
        .filter(script -> !script.sentences().isEmpty())
        .map(script ->
            dynamicContainer(
                script.name(),
                script.sentences().stream()
                    .map(sentence ->
                        dynamicTest(
                            sentence.title(),
                            () ->
                                platform
                                    .report()
                                    .of(
                                        script.name(),
                                        sentence.title(),
                                        () -> platform.stage().perform(sentence))))));
  }
}
