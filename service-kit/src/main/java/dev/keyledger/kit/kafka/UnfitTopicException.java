package dev.keyledger.kit.kafka;

/** A topic exists and is not as a guarantee needs it. The message is for the operator. */
public final class UnfitTopicException extends RuntimeException {
  UnfitTopicException(String topic, String setting, String found, String needed) {
    super(
        "Topic "
            + topic
            + " has "
            + setting
            + " "
            + found
            + ", but a guarantee needs "
            + needed
            + "; change the topic or give the platform another cluster.");
  }
}
