package dev.keyledger.kit.log;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a log sends to a witness (C2SP {@code tlog-witness}, add-checkpoint).
 *
 * @param oldSize of the tree that the witness has cosigned last, as the sender believes; 0 for none
 * @param proof that the checkpoint's tree begins with that one
 * @param checkpoint signed by the log
 */
public record AddCheckpoint(long oldSize, List<Hash> proof, SignedNote checkpoint) {
  /** Where it is posted to, behind the witness's URL. */
  public static final String PATH = "/add-checkpoint";

  /** Of a 409's body, which says which size the witness knows. */
  public static final String SIZE_TYPE = "text/x.tlog.size";

  private static final int MOST_HASHES = 63;
  private static final Pattern FORM =
      Pattern.compile(
          "old (0|[1-9]\\d{0,18})\n((?:[A-Za-z0-9+/=]+\n){0," + MOST_HASHES + "})\n(.*)",
          Pattern.DOTALL);

  public AddCheckpoint {
    proof = List.copyOf(proof);
  }

  /**
   * @throws IllegalArgumentException for any other text, which is a 400
   */
  public static AddCheckpoint parse(String body) {
    Matcher matched = FORM.matcher(body);
    if (!matched.matches()) {
      throw new IllegalArgumentException("This is no request to add a checkpoint.");
    }
    var proof = new ArrayList<Hash>();
    matched.group(2).lines().forEach(line -> proof.add(Hash.parse(line)));
    return new AddCheckpoint(
        Long.parseLong(matched.group(1)), proof, SignedNote.parse(matched.group(3)));
  }

  public String text() {
    var text = new StringBuilder("old ").append(oldSize).append('\n');
    proof.forEach(hash -> text.append(hash.text()).append('\n'));
    return text.append('\n').append(checkpoint).toString();
  }
}
