package dev.keyledger.kit.log;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.log.ExportReport.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks by a file of its own (C2SP {@code tlog-proof}), with public keys alone, that one event is
 * in an organisation's log as it is said.
 */
public final class ProofVerifier {
  private final ExportTrust trust;

  /**
   * @param trust whose signatures count; what was seen of the log before is no part of it, since
   *     one event tells nothing of the others
   */
  public ProofVerifier(ExportTrust trust) {
    this.trust = trust;
  }

  /**
   * @param file the proof
   * @param event its record, or a line of an export that has it; {@code null} for the one that the
   *     file carries
   */
  public ExportReport verify(String file, byte @Nullable [] event) {
    try {
      InclusionProof proof = InclusionProof.parse(file);
      byte[] record =
          event == null
              ? proof.carried().orElseThrow(() -> new IllegalArgumentException("no event"))
              : recordIn(event);
      return verify(proof, CanonicalJson.of(record));
    } catch (IllegalArgumentException | NullPointerException | EventCodec.UnreadableException e) {
      return new ExportReport(
          "",
          0,
          0,
          0,
          List.of(new Fault(Fault.Kind.UNREADABLE, 0, "there is no proof, or no event, in it")));
    }
  }

  private ExportReport verify(InclusionProof proof, byte[] record) {
    Map<String, byte[]> members = CanonicalJson.members(record);
    String organization = ExportVerifier.text(members.get("organization"));
    long position = ExportVerifier.number(members.get("position"));
    Checkpoint checkpoint = Checkpoint.parse(proof.checkpoint().text());
    var faults = new ArrayList<Fault>();
    trust.check(proof.checkpoint(), checkpoint, faults::add);
    if (!proof.isOf(record)) {
      faults.add(
          new Fault(
              Fault.Kind.CHANGED,
              proof.index(),
              "this is not the event that the log has at position " + proof.index()));
    } else if (position != proof.index()
        || !checkpoint.origin().endsWith("/organizations/" + organization + "/log")) {
      faults.add(
          new Fault(
              Fault.Kind.OTHER_HISTORY,
              proof.index(),
              "the event says of itself that it is another's, or at another position"));
    }
    return new ExportReport(organization, position, position + 1, 1, faults);
  }

  private static byte[] recordIn(byte[] event) {
    Map<String, byte[]> members = CanonicalJson.members(event);
    byte[] record = members.get("event");
    return record == null ? event : record;
  }
}
