package dev.keyledger.command.ledger;

import dev.keyledger.command.ledger.OrganizationHistory.Committed;
import dev.keyledger.command.organization.OrganizationState;
import java.time.Duration;

/**
 * One organisation in memory, as it was committed at some time. After the repository's lock for it
 * was taken, and until then by the thread that reads it, it is one thread's.
 */
final class AtHand {
  private static final long CACHED_NANOS = Duration.ofSeconds(1).toNanos();

  /** A lost race leaves a gap in the ledger's index behind: so at most once in this time. */
  private static final long SHARED_NANOS = Duration.ofMinutes(1).toNanos();

  private final Organization organization;
  private long snapshotAt;
  private long seenAt;
  private boolean shared;
  private long sharedUntil;

  /**
   * @param snapshotAt position of the newest snapshot; {@link OrganizationState#NOTHING} for none
   * @param seenAt when it was what is committed
   */
  AtHand(Organization organization, long snapshotAt, long seenAt) {
    this.organization = organization;
    this.snapshotAt = snapshotAt;
    this.seenAt = seenAt;
  }

  Organization organization() {
    return organization;
  }

  OrganizationState state() {
    return organization.state();
  }

  /** Whether it may be accepted by: it is fresh, and no other replica writes here. */
  boolean isGoodToAcceptBy(long now) {
    if (shared && now - sharedUntil >= 0) {
      shared = false;
    }
    return now - seenAt < CACHED_NANOS && !shared;
  }

  /** Another replica was seen to write. */
  void sharedFrom(long now) {
    shared = true;
    sharedUntil = now + SHARED_NANOS;
  }

  /** It is what is committed. */
  void seen(long now) {
    seenAt = now;
  }

  void replay(Committed committed) {
    organization.on(committed.event(), committed.position(), committed::by);
  }

  /** A snapshot costs what the organisation is large, so a large one waits for more events. */
  boolean isSnapshotDue(int snapshotEvery) {
    OrganizationState state = state();
    long size = state.keys().size() + state.members().all().size();
    return state.position() - snapshotAt >= Math.max(snapshotEvery, size / 16);
  }

  /** One was taken at this position, whatever comes of it: another is due in its time. */
  void snapshotTaken() {
    snapshotAt = state().position();
  }
}
