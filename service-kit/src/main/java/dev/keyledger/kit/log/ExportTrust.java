package dev.keyledger.kit.log;

import dev.keyledger.kit.log.ExportReport.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whose word counts about an export.
 *
 * @param log keys of the organisation's log, of which one has to have signed; none to let every
 *     checkpoint pass, which proves that an export fits together and nothing else
 * @param platform keys of the platform's log, of which one has to have signed that the checkpoint
 *     is in it; none where that isn't asked
 * @param witnesses of whom as many have to have signed as {@code required}
 * @param seen checkpoints of before, which the log has to go on from
 */
public record ExportTrust(
    List<NoteVerifier> log,
    List<NoteVerifier> platform,
    List<NoteVerifier> witnesses,
    int required,
    List<Checkpoint> seen) {
  public ExportTrust {
    log = List.copyOf(log);
    platform = List.copyOf(platform);
    witnesses = List.copyOf(witnesses);
    seen = List.copyOf(seen);
  }

  Checkpoint checked(ExportHeader header, Consumer<Fault> faults) {
    SignedNote note = SignedNote.parse(header.checkpoint());
    Checkpoint checkpoint = Checkpoint.parse(note.text());
    if (checkpoint.size() != header.toPosition()) {
      faults.accept(
          new Fault(
              Fault.Kind.OTHER_HISTORY,
              header.toPosition(),
              "the checkpoint is of " + checkpoint.size() + " events, the export of others"));
    }
    check(note, checkpoint, faults);
    if (!platform.isEmpty() && !isInPlatformsLog(note, header.platformProof())) {
      faults.accept(
          new Fault(
              Fault.Kind.NOT_IN_PLATFORM_LOG,
              checkpoint.size(),
              "that the checkpoint is in the platform's log is not proven by one of its keys"));
    }
    return checkpoint;
  }

  /** Who has signed it. */
  void check(SignedNote note, Checkpoint checkpoint, Consumer<Fault> faults) {
    if (!log.isEmpty() && log.stream().noneMatch(note::isSignedBy)) {
      faults.accept(
          new Fault(
              Fault.Kind.UNSIGNED,
              checkpoint.size(),
              "the checkpoint isn't signed by the log's key"));
    }
    long seenBy = witnesses.stream().filter(note::isSignedBy).count();
    if (seenBy < required) {
      faults.accept(
          new Fault(
              Fault.Kind.NOT_WITNESSED,
              checkpoint.size(),
              seenBy + " of the witnesses have signed the checkpoint, wanted are " + required));
    }
  }

  private boolean isInPlatformsLog(SignedNote note, String file) {
    try {
      InclusionProof proof = InclusionProof.parse(file);
      return proof.isOf(note.text().getBytes(StandardCharsets.UTF_8))
          && platform.stream().anyMatch(proof.checkpoint()::isSignedBy);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
