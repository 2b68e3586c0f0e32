package dev.keyledger.kit.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * That an entry is in a log, for a file (C2SP {@code tlog-proof}): it can be checked offline with
 * the public keys alone.
 *
 * @param index of the entry
 * @param checkpoint with the signatures that it had
 * @param extra what the file carries beside, in base64: of ours the entry itself. No signature is
 *     over it: it is worth what {@link #isOf} says of it
 */
public record InclusionProof(
    long index, List<Hash> path, SignedNote checkpoint, @Nullable String extra) {
  private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1\n";
  private static final Pattern FORM =
      Pattern.compile(
          Pattern.quote(FIRST_LINE)
              + "(?:extra ([A-Za-z0-9+/=]+)\n)?index (0|[1-9]\\d{0,18})\n"
              + "((?:[A-Za-z0-9+/=]+\n)*)\n(.*)",
          Pattern.DOTALL);

  public InclusionProof {
    path = List.copyOf(path);
  }

  /** Without anything beside. */
  public InclusionProof(long index, List<Hash> path, SignedNote checkpoint) {
    this(index, path, checkpoint, null);
  }

  /** The same with the entry in the file. */
  public InclusionProof carrying(byte[] entry) {
    return new InclusionProof(index, path, checkpoint, Base64.getEncoder().encodeToString(entry));
  }

  /** What the file carries beside. */
  public Optional<byte[]> carried() {
    return Optional.ofNullable(extra).map(Base64.getDecoder()::decode);
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
    matched.group(3).lines().forEach(line -> path.add(Hash.parse(line)));
    var proof =
        new InclusionProof(
            Long.parseLong(matched.group(2)),
            path,
            SignedNote.parse(matched.group(4)),
            matched.group(1));
    proof.carried();
    return proof;
  }

  /** The same, to be read; nothing where there is nothing. */
  public String carriedText() {
    return new String(carried().orElse(new byte[0]), StandardCharsets.UTF_8);
  }

  public String text() {
    var text = new StringBuilder(FIRST_LINE);
    if (extra != null) {
      text.append("extra ").append(extra).append('\n');
    }
    text.append("index ").append(index).append('\n');
    path.forEach(hash -> text.append(hash.text()).append('\n'));
    return text.append('\n').append(checkpoint).toString();
  }

  /** Whether it speaks of this entry; who signed the checkpoint is another question. */
  public boolean isOf(byte[] entry) {
    Checkpoint told = Checkpoint.parse(checkpoint.text());
    return Proofs.isIncluded(Hash.ofLeaf(entry), index, told.size(), path, told.root());
  }
}
