package dev.keyledger.conformance.script;

import dev.keyledger.conformance.script.Script.Block;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where sentences are put to the platform, one after the other. */
public final class Stage {
  private final World world;
  private final List<Given> givens;
  private final Assumptions.Shared shared = new Assumptions.Shared();

  /**
   * @param scripts whose givens every sentence may use
   */
  public Stage(World world, List<Script> scripts) {
    this.world = world;
    this.givens = scripts.stream().flatMap(script -> script.givens().stream()).toList();
  }

  /**
   * @throws AssertionError naming the line whose expectation doesn't hold
   */
  public void perform(Block sentence) {
    new Performance(this, new Assumptions(shared)).of(sentence.steps());
  }

  /**
   * What a test in Java begins with.
   *
   * @return what is known by it, by the names that files use
   */
  public Map<String, String> given(String... wordings) {
    var assumptions = new Assumptions(shared);
    for (String wording : wordings) {
      new Performance(this, assumptions).of(List.of(new Step.Assume(0, wording)));
    }
    return assumptions.known();
  }

  World world() {
    return world;
  }

  List<Step> stepsOf(String given) {
    return givens.stream()
        .flatMap(each -> each.saidAs(given).stream())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing gives: " + given));
  }

  /** What was given may end by it. */
  void advance(Duration by) {
    world.advance(by);
    shared.forget();
  }
}
