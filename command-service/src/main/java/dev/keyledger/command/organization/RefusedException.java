package dev.keyledger.command.organization;

/** Carries a refusal out of a decision. Nothing went wrong, so there is no stack to trace. */
public final class RefusedException extends RuntimeException {
  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.code(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
