package dev.keyledger.events.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an organisation's policy says of receipts.
 *
 * @param waitFor who has to have applied what ended, or refuse by themselves, before it is said to
 *     be in force
 * @param waitForReceivers whether the answer to a key's end waits for webhooks and streams of
 *     security events too, as long as its caller likes; nothing is in force by what they answer
 */
public record ReceiptRules(WaitFor waitFor, @Nullable Boolean waitForReceivers) {
  /** From the fewest. */
  public enum WaitFor {
    /** The replicas of token-service, by which every key is checked. */
    TOKEN_SERVICE,
    /** Those who follow over HTTP and name themselves, too. */
    FOLLOWERS
  }
}
