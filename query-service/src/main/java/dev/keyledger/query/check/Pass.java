package dev.keyledger.query.check;

import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One comparison of everything, as far as it has come, for whoever compares a part of it. */
final class Pass {
  private static final long SAVED_EVERY_NANOS = 1_000_000_000;

  /** Another replica goes on with it, or this one ends. */
  static final class EndedException extends RuntimeException {
    EndedException() {
      super("the pass is another's", null, false, false);
    }
  }

  private final Passes passes;
  private final Findings findings;
  private final String holder;
  private final CheckSettings settings;
  private final BooleanSupplier goesOn;
  private final Map<Part, String> hindered = new EnumMap<>(Part.class);
  private Passes.PassTurn turn;
  private boolean rebuilding;
  private long worked = System.nanoTime();
  private long saved = worked;

  Pass(
      Passes passes,
      Findings findings,
      String holder,
      Passes.PassTurn turn,
      CheckSettings settings,
      BooleanSupplier goesOn) {
    this.passes = passes;
    this.findings = findings;
    this.holder = holder;
    this.turn = turn;
    this.settings = settings;
    this.rebuilding = passes.isRebuilding();
    this.goesOn = goesOn;
  }

  Passes.PassTurn turn() {
    return turn;
  }

  void found(
      Part part,
      Finding.Kind kind,
      @Nullable UUID organization,
      @Nullable Long position,
      String what) {
    findings.found(turn.pass(), new Finding(part, kind, organization, position, what));
  }

  Findings findings() {
    return findings;
  }

  long number() {
    return turn.pass();
  }

  /** This part can't be compared as a whole in this pass. */
  void hinder(Part part, String why) {
    hindered.putIfAbsent(part, why);
  }

  boolean isHindered(Part part) {
    return hindered.containsKey(part);
  }

  /** Some records more have been compared. */
  void compared(long records) {
    turn =
        new Passes.PassTurn(
            turn.pass(), turn.asked(), turn.stage(), turn.cursor(), turn.compared() + records);
    rest();
  }

  /** From here it can be gone on with. */
  void reached(String stage, String cursor) {
    boolean isAnother = !stage.equals(turn.stage());
    turn = new Passes.PassTurn(turn.pass(), turn.asked(), stage, cursor, turn.compared());
    if (isAnother) {
      save();
    }
  }

  private void rest() {
    if (System.nanoTime() - saved > SAVED_EVERY_NANOS) {
      save();
    }
    if (!goesOn.getAsBoolean()) {
      throw new EndedException();
    }
    if (!turn.asked()) {
      try {
        Thread.sleep(settings.restMillis(rebuilding, System.nanoTime() - worked));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EndedException();
      }
    }
    worked = System.nanoTime();
  }

  private void save() {
    if (!passes.reached(holder, turn)) {
      throw new EndedException();
    }
    boolean asked = turn.asked() || passes.isAsked(turn.pass());
    turn = new Passes.PassTurn(turn.pass(), asked, turn.stage(), turn.cursor(), turn.compared());
    rebuilding = passes.isRebuilding();
    saved = System.nanoTime();
  }

  void end() {
    for (Part part : Part.values()) {
      String why = hindered.get(part);
      if (why == null) {
        findings.settle(turn.pass(), part);
      }
      passes.compared(turn.pass(), part, why);
    }
    passes.end(holder, turn);
  }
}
