package dev.keyledger.query.check;

import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.query.check.Finding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An organisation's events from the first one on, as ledger, views and log have them: where these
 * disagree, what was signed says who is right.
 */
final class Walk {
  static final List<Part> PARTS = List.of(Part.LEDGER, Part.VIEWS, Part.LOG);

  private static final int MOST = 200;

  /**
   * @param kinds what it would be in each part, should that part be wrong
   */
  private record Disagreement(long position, List<Hash> leaves, List<Kind> kinds) {}

  private final Pass pass;
  private final UUID organization;
  private final Trees trees = new Trees(PARTS.size());
  private final List<Disagreement> disagreements = new ArrayList<>();
  private final @Nullable Checkpoint signed;
  private @Nullable List<Hash> signedRoots;
  private long vouchedFor;
  private long next;

  /**
   * @param signed the newest checkpoint of the organisation, if its signature is good
   */
  Walk(Pass pass, UUID organization, @Nullable Checkpoint signed) {
    this.pass = pass;
    this.organization = organization;
    this.signed = signed;
  }

  /**
   * @param leaves one of each part; {@link Hash#OF_NOTHING} where it has none
   * @param kinds what is wrong in a part that is wrong here
   */
  void step(List<Hash> leaves, List<Kind> kinds) {
    if (leaves.stream().distinct().count() > 1 && disagreements.size() < MOST) {
      disagreements.add(new Disagreement(next, List.copyOf(leaves), List.copyOf(kinds)));
    }
    trees.append(leaves);
    next++;
    if (signed != null && signed.size() == next) {
      signedRoots = trees.roots();
    }
  }

  Trees trees() {
    return trees;
  }

  /** An entry of the platform's log that is of this size. */
  void entered(@Nullable Checkpoint entry, String origin) {
    if (entry != null
        && entry.origin().equals(origin)
        && entry.size() == next
        && trees.roots().contains(entry.root())) {
      vouchedFor = next;
    } else {
      pass.found(
          Part.LOG,
          Kind.CHANGED,
          organization,
          next - 1,
          "no history up to here has the root that stands in the platform's log");
    }
  }

  void end() {
    List<Hash> roots = signedRoots;
    int right = roots == null ? -1 : roots.indexOf(Objects.requireNonNull(signed).root());
    if (roots != null && right < 0) {
      pass.found(
          Part.LOG,
          Kind.CHANGED,
          organization,
          vouchedFor,
          "from here on stands another history than the one that was signed");
    }
    for (Disagreement one : disagreements) {
      boolean isSigned = right >= 0 && one.position() < Objects.requireNonNull(signed).size();
      judge(one, isSigned ? one.leaves().get(right) : majority(one.leaves()));
    }
  }

  private static @Nullable Hash majority(List<Hash> leaves) {
    return leaves.get(0).equals(leaves.get(1)) || leaves.get(0).equals(leaves.get(2))
        ? leaves.get(0)
        : leaves.get(1).equals(leaves.get(2)) ? leaves.get(1) : null;
  }

  private void judge(Disagreement one, @Nullable Hash truth) {
    boolean viewsAreWrong = !one.leaves().get(1).equals(truth);
    Kind ofViews = one.kinds().get(1);
    for (int part = 0; part < PARTS.size(); part++) {
      // The leaf lies in the event's row: it is missing or moved with it.
      boolean isOfTheRow =
          PARTS.get(part) == Part.LOG
              && viewsAreWrong
              && (ofViews == Kind.MISSING || ofViews == Kind.OUT_OF_ORDER);
      if (!one.leaves().get(part).equals(truth) && !isOfTheRow) {
        pass.found(
            PARTS.get(part), one.kinds().get(part), organization, one.position(), WHAT.get(part));
      }
    }
  }

  private static final List<String> WHAT =
      Arrays.asList(
          "the ledger's event isn't the one that was published and signed",
          "the event's record isn't the one that was published and signed",
          "the leaf isn't the hash of what was published and signed");
}
