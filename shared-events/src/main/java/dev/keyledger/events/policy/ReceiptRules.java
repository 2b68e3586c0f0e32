package dev.keyledger.events.policy;

/**
 * What an organisation's policy says of receipts.
 *
 * @param waitFor who has to have applied what ended, or refuse by themselves, before it is said to
 *     be in force
 */
public record ReceiptRules(WaitFor waitFor) {
  /** From the fewest. */
  public enum WaitFor {
    /** The replicas of token-service, by which every key is checked. */
    TOKEN_SERVICE,
    /** Those who follow over HTTP and name themselves, too. */
    FOLLOWERS
  }
}
