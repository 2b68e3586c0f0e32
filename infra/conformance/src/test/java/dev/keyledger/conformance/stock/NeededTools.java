package dev.keyledger.conformance.stock;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Looks for the tools of {@link Needs} before each test; a class as a whole is never left out. */
final class NeededTools implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      return ConditionEvaluationResult.enabled("its tests are asked one by one");
    }
    Needs needs = context.getRequiredTestClass().getAnnotation(Needs.class);
    String missing =
        Arrays.stream(needs.value())
            .filter(tool -> tool.find().isEmpty())
            .map(Tool::title)
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? ConditionEvaluationResult.enabled("all is here")
        : ConditionEvaluationResult.disabled(
            "not on this machine: " + missing + " (infra/conformance/prepare gets them)");
  }
}
