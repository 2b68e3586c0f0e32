package dev.keyledger.kit.log;

import java.util.List;

/**
 * The first line of an exported history: what the lines behind it are of, and whose word it is.
 *
 * @param export names the format: {@link #FORMAT}
 * @param fromPosition of the first event that follows
 * @param toPosition behind the last one: the checkpoint's size
 * @param prefix the log's frontier before the first event, so that a part can be checked too
 * @param checkpoint a signed note
 * @param platformProof that the checkpoint is in the platform's log (C2SP {@code tlog-proof})
 */
public record ExportHeader(
    String export,
    String organization,
    long fromPosition,
    long toPosition,
    List<String> prefix,
    String checkpoint,
    String platformProof) {
  public static final String FORMAT = "keyledger.events.v1";

  public ExportHeader {
    prefix = List.copyOf(prefix);
  }

  /**
   * @throws IllegalArgumentException where the hashes aren't those of a tree of that size
   */
  public Frontier frontier() {
    return new Frontier(fromPosition, prefix.stream().map(Hash::parse).toList());
  }
}
