package dev.keyledger.kit.database;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says it in two sentences instead of a stack of causes. */
final class UnfitSchemaAnalyzer extends AbstractFailureAnalyzer<UnfitSchemaException> {
  @Override
  protected FailureAnalysis analyze(Throwable failure, UnfitSchemaException unfit) {
    return new FailureAnalysis(unfit.description(), unfit.remedy(), unfit);
  }
}
