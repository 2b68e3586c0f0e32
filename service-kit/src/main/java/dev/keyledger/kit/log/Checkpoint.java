package dev.keyledger.kit.log;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How far a log has come (C2SP {@code tlog-checkpoint}): the text that is signed.
 *
 * @param origin which log
 * @param size number of its entries
 * @param root of the tree of these
 */
public record Checkpoint(String origin, long size, Hash root) {
  private static final Pattern SIZE = Pattern.compile("0|[1-9]\\d{0,18}");

  public Checkpoint {
    if (origin.isEmpty() || origin.contains("\n") || size < 0) {
      throw new IllegalArgumentException("There is no such checkpoint.");
    }
  }

  /**
   * @param text of a note; lines behind the third are passed over
   * @throws IllegalArgumentException for a text that is no checkpoint
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length < 4
        || !lines[lines.length - 1].isEmpty()
        || !SIZE.matcher(lines[1]).matches()) {
      throw new IllegalArgumentException("This is no checkpoint.");
    }
    if (Arrays.stream(lines, 3, lines.length - 1).anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("A checkpoint has no empty lines.");
    }
    return new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.parse(lines[2]));
  }

  public String text() {
    return origin + "\n" + size + "\n" + root.text() + "\n";
  }

  /**
   * @param signers one or more keys of the log
   */
  public SignedNote signedBy(List<NoteSigner> signers) {
    Stream<String> lines = signers.stream().map(signer -> signer.sign(text(), Instant.EPOCH));
    return new SignedNote(
        text(), lines.flatMap(line -> SignedNote.signatureLines(line).stream()).toList());
  }
}
