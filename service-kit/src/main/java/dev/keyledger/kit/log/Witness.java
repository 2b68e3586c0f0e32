package dev.keyledger.kit.log;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cosigns a log's checkpoint only if it goes on from what was cosigned before (C2SP {@code
 * tlog-witness}): who has its signature knows that nobody who asks this witness was shown another
 * history.
 */
public final class Witness {
  /** What the witness has cosigned last of each log. It has to outlive the witness's process. */
  public interface Memory {
    Optional<SignedNote> newest(String origin);

    /** Returns once it can't be lost. */
    void keep(String origin, SignedNote cosigned);

    /**
     * A checkpoint that the log did sign and that wasn't proven to go on from what it signed
     * before: of the same size with another root it is evidence against the log by itself.
     */
    void keepRefused(String origin, AddCheckpoint refused);
  }

  /**
   * @param status of HTTP
   * @param size that the witness knows, with a 409; {@code null} otherwise
   * @param text of the body
   */
  public record Answer(int status, @Nullable Long size, String text) {
    public boolean isCosigned() {
      return status == 200;
    }
  }

  private final NoteSigner key;
  private final Supplier<List<NoteVerifier>> logs;
  private final Memory memory;
  private final Clock clock;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  /**
   * @param logs keys of those that it witnesses, several of one where its key changes
   */
  public Witness(NoteSigner key, Supplier<List<NoteVerifier>> logs, Memory memory, Clock clock) {
    if (!key.verifier().isWitness()) {
      throw new IllegalArgumentException("A log's key is no witness's.");
    }
    this.key = key;
    this.logs = logs;
    this.memory = memory;
    this.clock = clock;
  }

  public Answer add(String body) {
    AddCheckpoint request;
    Checkpoint told;
    try {
      request = AddCheckpoint.parse(body);
      told = Checkpoint.parse(request.checkpoint().text());
    } catch (IllegalArgumentException e) {
      return refused(400, "That is no request to add a checkpoint.");
    }
    List<NoteVerifier> keys =
        logs.get().stream().filter(log -> log.name().equals(told.origin())).toList();
    if (keys.isEmpty()) {
      return refused(404, "This witness doesn't know that log.");
    }
    if (keys.stream().noneMatch(log -> request.checkpoint().isSignedBy(log))) {
      return refused(403, "The checkpoint isn't signed by the log.");
    }
    if (request.oldSize() > told.size()) {
      return refused(400, "The old size is larger than the checkpoint's.");
    }
    // Who compares and who keeps has to be one, lest a smaller checkpoint comes behind a larger.
    synchronized (locks.computeIfAbsent(told.origin(), origin -> new Object())) {
      return decide(request, told, keys);
    }
  }

  private Answer decide(AddCheckpoint request, Checkpoint told, List<NoteVerifier> keys) {
    Checkpoint before =
        memory
            .newest(told.origin())
            .map(note -> Checkpoint.parse(note.text()))
            .orElseGet(() -> new Checkpoint(told.origin(), 0, Hash.OF_NOTHING));
    if (request.oldSize() != before.size()) {
      return conflict(before);
    }
    if (told.size() == before.size() && !told.root().equals(before.root())) {
      memory.keepRefused(told.origin(), request);
      return conflict(before);
    }
    if (!Proofs.isConsistent(
        before.size(), before.root(), told.size(), told.root(), request.proof())) {
      memory.keepRefused(told.origin(), request);
      return refused(422, "The checkpoint isn't proven to go on from the one of before.");
    }
    String line = key.sign(request.checkpoint().text(), clock.instant());
    memory.keep(
        told.origin(), request.checkpoint().only(keys).with(SignedNote.signatureLines(line)));
    return new Answer(200, null, line);
  }

  private static Answer conflict(Checkpoint before) {
    return new Answer(409, before.size(), before.size() + "\n");
  }

  private static Answer refused(int status, String text) {
    return new Answer(status, null, text + "\n");
  }
}
