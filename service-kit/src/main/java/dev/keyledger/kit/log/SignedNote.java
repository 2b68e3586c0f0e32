package dev.keyledger.kit.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text with signatures below it (C2SP {@code signed-note}). Read, it is no more than what
 * somebody sent: {@link #signedBy} tells whose word it is.
 *
 * @param text ends with a newline
 */
public record SignedNote(String text, List<Signature> signatures) {
  private static final int MOST_SIGNATURES = 64;
  private static final String DASH = "— ";

  /**
   * @param keyId four bytes
   * @param bytes what follows them
   */
  public record Signature(String name, byte[] keyId, byte[] bytes, String line) {
    static Signature parse(String line) {
      String[] parts = line.split(" ", -1);
      if (parts.length != 3 || !line.startsWith(DASH)) {
        throw new IllegalArgumentException("This is no signature line.");
      }
      byte[] bytes = Base64.getDecoder().decode(parts[2]);
      if (!Base64.getEncoder().encodeToString(bytes).equals(parts[2])) {
        throw new IllegalArgumentException("A signature is spelt in one way alone.");
      }
      if (bytes.length <= KeyName.ID_LENGTH) {
        throw new IllegalArgumentException("A signature is longer than a key's id.");
      }
      return new Signature(
          KeyName.checked(parts[1]),
          Arrays.copyOf(bytes, KeyName.ID_LENGTH),
          Arrays.copyOfRange(bytes, KeyName.ID_LENGTH, bytes.length),
          line);
    }
  }

  public SignedNote {
    signatures = List.copyOf(signatures);
  }

  /**
   * @throws IllegalArgumentException for a text that is no note
   */
  public static SignedNote parse(String note) {
    if (note.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new IllegalArgumentException("A note has no control characters.");
    }
    int blank = note.lastIndexOf("\n\n");
    if (blank < 0 || !note.endsWith("\n")) {
      throw new IllegalArgumentException("A note has a blank line before its signatures.");
    }
    return new SignedNote(note.substring(0, blank + 1), signatureLines(note.substring(blank + 2)));
  }

  /**
   * @param lines each ends with a newline; at least one
   * @throws IllegalArgumentException for anything else
   */
  public static List<Signature> signatureLines(String lines) {
    if (!lines.endsWith("\n")) {
      throw new IllegalArgumentException("A signature line ends with a newline.");
    }
    String[] each = lines.substring(0, lines.length() - 1).split("\n", -1);
    if (each.length > MOST_SIGNATURES) {
      throw new IllegalArgumentException("These are too many signatures.");
    }
    return Arrays.stream(each).map(Signature::parse).toList();
  }

  /** The same with further signatures; one that is there already is not put twice. */
  public SignedNote with(Collection<Signature> more) {
    Map<String, Signature> all = new LinkedHashMap<>();
    signatures.forEach(signature -> all.put(signature.line(), signature));
    more.forEach(signature -> all.putIfAbsent(signature.line(), signature));
    return new SignedNote(text, List.copyOf(all.values()));
  }

  /** The same with the signatures of these keys alone. */
  public SignedNote only(Collection<NoteVerifier> keys) {
    var kept = new ArrayList<Signature>();
    for (Signature signature : signatures) {
      if (keys.stream().anyMatch(key -> key.isNamedBy(signature))) {
        kept.add(signature);
      }
    }
    return new SignedNote(text, kept);
  }

  /**
   * @return when, of a witness; a log says no time
   * @throws IllegalArgumentException where a signature is said to be this key's and isn't good
   */
  public Optional<Instant> signedBy(NoteVerifier key) {
    Optional<Instant> newest = Optional.empty();
    for (Signature signature : signatures) {
      if (key.isNamedBy(signature)) {
        Instant at =
            key.verify(text, signature)
                .orElseThrow(() ->
                    new IllegalArgumentException("A signature of " + key.name() + " is bad."));
        newest = newest.filter(before -> before.isAfter(at)).or(() -> Optional.of(at));
      }
    }
    return newest;
  }

  /** Whether there is a good signature of this key, and none that is said to be its and isn't. */
  public boolean isSignedBy(NoteVerifier key) {
    try {
      return signedBy(key).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    var note = new StringBuilder(text).append('\n');
    signatures.forEach(signature -> note.append(signature.line()).append('\n'));
    return note.toString();
  }
}
