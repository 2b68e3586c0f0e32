package dev.keyledger.kit.log;

import dev.keyledger.kit.log.ExportReport.Fault;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whose word counts about an export.
 *
 * @param log keys of the organisation's log, of which one has to have signed; none to let every
 *     checkpoint pass, which proves that an export fits together and nothing else
 * @param witnesses of whom as many have to have signed as {@code required}
 * @param seen checkpoints of before, which the log has to go on from
 */
public record ExportTrust(
    List<NoteVerifier> log, List<NoteVerifier> witnesses, int required, List<Checkpoint> seen) {
  public ExportTrust {
    log = List.copyOf(log);
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
    return checkpoint;
  }
}
