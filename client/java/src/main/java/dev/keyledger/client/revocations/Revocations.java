package dev.keyledger.client.revocations;

/** What is known of revocations, by whatever channel they come. */
public interface Revocations {
  /** Whether {@link #judge} may be relied on now. */
  boolean isFresh();

  /** Whether it has caught up once since it was started. */
  boolean isReady();

  Verdict judge(TokenTraits token);

  /** For a service that follows nothing: token-service is asked about every token. */
  static Revocations unknown() {
    return new Revocations() {
      @Override
      public boolean isFresh() {
        return false;
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public Verdict judge(TokenTraits token) {
        return Verdict.RECHECK;
      }
    };
  }
}
