package dev.keyledger.kit.log;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That an entry is in a log, for a file (C2SP {@code tlog-proof}): it can be checked offline with
 * the public keys alone.
 *
 * @param index of the entry
 * @param checkpoint with the signatures that it had
 */
public record InclusionProof(long index, List<Hash> path, SignedNote checkpoint) {
  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1\n";
  private static final Pattern FORM =
      Pattern.compile(
          Pattern.quote(FIRST_LINE)
              + "(?:extra [A-Za-z0-9+/=]+\n)?index (0|[1-9]\\d{0,18})\n"
              + "((?:[A-Za-z0-9+/=]+\n)*)\n(.*)",
          Pattern.DOTALL);

  public InclusionProof {
    path = List.copyOf(path);
  }

  /**
   * @throws IllegalArgumentException for a text that is no such proof
   */
  public static InclusionProof parse(String text) {
    Matcher matched = FORM.matcher(text);
    if (!matched.matches()) {
      throw new IllegalArgumentException("This is no proof of inclusion.");
    }
    var path = new ArrayList<Hash>();
    matched.group(2).lines().forEach(line -> path.add(Hash.parse(line)));
    return new InclusionProof(
        Long.parseLong(matched.group(1)), path, SignedNote.parse(matched.group(3)));
  }

  public String text() {
    var text = new StringBuilder(FIRST_LINE).append("index ").append(index).append('\n');
    path.forEach(hash -> text.append(hash.text()).append('\n'));
    return text.append('\n').append(checkpoint).toString();
  }

  /** Whether it speaks of this entry; who signed the checkpoint is another question. */
  public boolean isOf(byte[] entry) {
    Checkpoint told = Checkpoint.parse(checkpoint.text());
    return Proofs.isIncluded(Hash.ofLeaf(entry), index, told.size(), path, told.root());
  }
}
