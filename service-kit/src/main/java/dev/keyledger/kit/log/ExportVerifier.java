package dev.keyledger.kit.log;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.log.ExportReport.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks an exported history line by line, with public keys alone: that no event is missing, added,
 * changed or out of order, and that what is there is what was signed. It holds nothing but the
 * tree's frontier, however long the history is.
 */
public final class ExportVerifier {
  private final ExportTrust trust;
  private final List<Checkpoint> due = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private @Nullable ExportHeader header;
  private Frontier log = Frontier.EMPTY;
  private long from;
  private long events;

  /** Before this position everything is as it was signed once. */
  private long vouchedFor;

  private @Nullable Long gap;

  /**
   * @param trust whose signatures count, and what was seen of the log before
   */
  public ExportVerifier(ExportTrust trust) {
    this.trust = trust;
    due.addAll(trust.seen());
  }

  /**
   * @param export one, or several of one organisation, each going on where the one before ended
   * @return what was found, the first fault first
   * @throws IOException when it can't be read
   */
  public ExportReport verify(InputStream export) throws IOException {
    var lines = new ExportLines(export);
    try {
      for (byte[] line = lines.next(); line != null && faults.isEmpty(); line = lines.next()) {
        read(line);
      }
      end();
    } catch (IllegalArgumentException | NullPointerException | EventCodec.UnreadableException e) {
      fault(
          Fault.Kind.UNREADABLE,
          log.size(),
          "the line behind position " + (log.size() - 1) + " can't be read");
    }
    return report();
  }

  private ExportReport report() {
    ExportHeader known = header;
    return new ExportReport(
        known == null ? "" : known.organization(), from, log.size(), events, List.copyOf(faults));
  }

  private void read(byte[] line) {
    Map<String, byte[]> members = CanonicalJson.members(line);
    if (members.containsKey("export")) {
      begin(EventCodec.decode(line, ExportHeader.class));
    } else if (header == null) {
      fault(Fault.Kind.UNREADABLE, 0, "the first line is not an export's");
    } else {
      event(members);
    }
  }

  private void begin(ExportHeader next) {
    Frontier before = next.frontier();
    Checkpoint checkpoint = trust.checked(next, faults::add);
    boolean first = header == null;
    if (first) {
      from = next.fromPosition();
      vouchedFor = from;
      log = before;
    } else if (!Objects.requireNonNull(header).organization().equals(next.organization())) {
      fault(Fault.Kind.OTHER_HISTORY, 0, "the parts are of several organisations");
    } else if (next.fromPosition() != log.size()) {
      fault(
          next.fromPosition() > log.size() ? Fault.Kind.MISSING : Fault.Kind.ADDED,
          log.size(),
          "a part ends before position "
              + log.size()
              + ", the next begins at "
              + next.fromPosition());
    } else if (!before.equals(log)) {
      fault(Fault.Kind.OTHER_HISTORY, vouchedFor, altered());
    }
    header = next;
    due.add(checkpoint);
    due.sort(Comparator.comparingLong(Checkpoint::size));
    if (first) {
      passOver(checkpoint.origin());
    }
    compare();
  }

  // What was seen of a shorter log can't be compared with a part that begins later.
  private void passOver(String origin) {
    for (Checkpoint seen : List.copyOf(due)) {
      if (!seen.origin().equals(origin)) {
        fault(Fault.Kind.OTHER_HISTORY, 0, "a checkpoint is of another log: " + seen.origin());
      } else if (seen.size() < from) {
        fault(
            Fault.Kind.OTHER_HISTORY,
            0,
            "a checkpoint of size "
                + seen.size()
                + " can't be compared with a part from position "
                + from);
      }
    }
  }

  private void event(Map<String, byte[]> members) {
    long position = number(members.get("position"));
    byte[] record = Objects.requireNonNull(members.get("event"));
    if (gap != null) {
      // Which of the two it is shows when the one that was due comes later, or never does.
      if (position == gap) {
        fault(
            Fault.Kind.OUT_OF_ORDER,
            position,
            "the event at position " + position + " stands too late");
      }
      return;
    }
    if (!isAt(record, position)) {
      changed();
      return;
    }
    if (position < log.size()) {
      fault(
          Fault.Kind.ADDED,
          position,
          "an event at position " + position + " stands there once too often");
      return;
    }
    if (position > log.size()) {
      gap = log.size();
      return;
    }
    Hash leaf = Hash.ofLeaf(record);
    if (!leaf.text().equals(text(members.get("leaf")))) {
      changed();
      return;
    }
    log = log.append(leaf);
    events++;
    compare();
  }

  private void changed() {
    fault(Fault.Kind.CHANGED, log.size(), "the event at position " + log.size() + " was changed");
  }

  private boolean isAt(byte[] record, long position) {
    Map<String, byte[]> members = CanonicalJson.members(record);
    return number(members.get("position")) == position
        && text(members.get("organization")).equals(Objects.requireNonNull(header).organization());
  }

  // Whatever was signed of a tree of this size has to be of this very tree.
  private void compare() {
    while (faults.isEmpty() && !due.isEmpty() && due.getFirst().size() == log.size()) {
      if (due.removeFirst().root().equals(log.root())) {
        vouchedFor = log.size();
      } else {
        fault(Fault.Kind.OTHER_HISTORY, vouchedFor, altered());
      }
    }
  }

  private String altered() {
    return "between positions "
        + vouchedFor
        + " and "
        + (log.size() - 1)
        + " stands another history than the one that was signed";
  }

  private void end() {
    if (!faults.isEmpty()) {
      return;
    }
    if (header == null) {
      fault(Fault.Kind.UNREADABLE, 0, "there is nothing in it");
    } else if (gap != null) {
      fault(Fault.Kind.MISSING, gap, "the event at position " + gap + " is missing");
    } else if (!due.isEmpty()) {
      long size = due.getLast().size();
      boolean cut = size == header.toPosition();
      fault(
          cut ? Fault.Kind.MISSING : Fault.Kind.OTHER_HISTORY,
          log.size(),
          cut
              ? "the events from position "
                  + log.size()
                  + " on are missing: "
                  + size
                  + " were signed"
              : "a checkpoint was seen of " + size + " events, and the log has fewer now");
    }
  }

  private void fault(Fault.Kind kind, long position, String text) {
    faults.add(new Fault(kind, position, text));
  }

  static long number(byte @Nullable [] json) {
    return Long.parseLong(new String(Objects.requireNonNull(json), StandardCharsets.US_ASCII));
  }

  static String text(byte @Nullable [] json) {
    return EventCodec.decode(Objects.requireNonNull(json), String.class);
  }
}
