package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.WitnessRules;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.TiledTree;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.Reads;
import dev.keyledger.query.views.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The ways in which an organisation's log is read. */
@Component
class LogReads {
  /**
   * The newest checkpoint of an organisation's log.
   *
   * @param read the answer to the read that found out how far the log is
   */
  record Newest(OrganizationId organization, SignedNote note, ResponseEntity<?> read) {}

  private record SignedLog(
      OrganizationId organization,
      long size,
      @Nullable WitnessRules rules,
      SignedNote note,
      ResponseEntity<?> read) {}

  private record LogSize(OrganizationId organization, long size, @Nullable WitnessRules rules) {}

  /** What is read of a tree. */
  @FunctionalInterface
  interface OfTree<T> {
    /**
     * @param size of the whole log
     */
    T read(TiledTree tree, long size);
  }

  private final Reads reads;
  private final Checkpoints checkpoints;
  private final PlatformLog platform;
  private final Witnessed witnessed;

  LogReads(Reads reads, Checkpoints checkpoints, PlatformLog platform, Witnessed witnessed) {
    this.reads = reads;
    this.checkpoints = checkpoints;
    this.platform = platform;
    this.witnessed = witnessed;
  }

  /**
   * As far as the views have come: signed now, where that hasn't been signed yet.
   *
   * @throws dev.keyledger.kit.web.ProblemException as {@link Reads#of}, and 503 {@code
   *     log_not_built}, {@code log_inconsistent} or {@code not_witnessed}
   */
  Newest newest(Caller caller, String org, @Nullable String atLeast) {
    SignedLog signed = signed(caller, org, atLeast);
    return new Newest(
        signed.organization(),
        witnessed.given(signed.organization().uuid(), signed.size(), signed.note(), signed.rules()),
        signed.read());
  }

  /**
   * What the organisation's own witnesses are to cosign next.
   *
   * @throws dev.keyledger.kit.web.ProblemException as {@link #newest}, and 404 {@code
   *     no_own_witnesses} where its policy names none
   */
  Newest offered(Caller caller, String org, @Nullable String atLeast) {
    SignedLog signed = signed(caller, org, atLeast);
    WitnessRules rules = signed.rules();
    if (rules == null) {
      throw noOwnWitnesses();
    }
    return new Newest(
        signed.organization(),
        witnessed.offered(signed.organization().uuid(), signed.size(), signed.note(), rules),
        signed.read());
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 404 {@code no_own_witnesses}
   */
  WitnessRules rulesOf(Caller caller, String org) {
    Optional<WitnessRules> rules =
        Objects.requireNonNull(
            reads
                .of(caller, org, null, snapshot -> Optional.ofNullable(rules(snapshot)))
                .getBody());
    return rules.orElseThrow(LogReads::noOwnWitnesses);
  }

  private SignedLog signed(Caller caller, String org, @Nullable String atLeast) {
    ResponseEntity<LogSize> read =
        reads.of(
            caller,
            org,
            atLeast,
            snapshot -> {
              mustBeBuilt(snapshot);
              return new LogSize(snapshot.organization(), sizeOf(snapshot), rules(snapshot));
            });
    LogSize log = Objects.requireNonNull(read.getBody());
    SignedNote note =
        checkpoints.of(log.organization(), log.size()).orElseThrow(LogReads::inconsistent);
    return new SignedLog(log.organization(), log.size(), log.rules(), note, read);
  }

  private static @Nullable WitnessRules rules(Snapshot snapshot) {
    String policy =
        snapshot
            .sql("select policy from policies@ where organization = :organization")
            .query(String.class)
            .single();
    return EventCodec.decode(policy.getBytes(StandardCharsets.UTF_8), Policy.class).witnesses();
  }

  private static RuntimeException noOwnWitnesses() {
    return Problem.of(404, "no_own_witnesses", "The organisation's policy names no witnesses.")
        .toException();
  }

  /** That a checkpoint of an organisation is in the platform's log. */
  InclusionProof platformProof(Newest newest) {
    PlatformLog.Head head = platform.head();
    PlatformLog.Entry entry =
        platform
            .entryOf(newest.organization(), Checkpoint.parse(newest.note().text()).size())
            .orElseThrow(LogReads::notBuilt);
    List<Hash> path =
        whole(() -> Proofs.inclusion(entry.index(), head.log().size(), platform.tree()));
    return new InclusionProof(
        entry.index(), path, witnessed.asFarAsCosigned(Objects.requireNonNull(head.note())));
  }

  /** For {@link Reads#of}. */
  static <T> Function<Snapshot, T> ofTree(OfTree<T> read) {
    return snapshot -> {
      mustBeBuilt(snapshot);
      var tree =
          new TiledTree(
              StoredRows.of(snapshot.jdbc(), snapshot.version(), snapshot.organization().uuid()));
      return whole(() -> read.read(tree, sizeOf(snapshot)));
    };
  }

  private static void mustBeBuilt(Snapshot snapshot) {
    boolean built =
        snapshot
            .sql("select log is not null from positions@ where organization = :organization")
            .query(Boolean.class)
            .single();
    if (!built) {
      throw notBuilt();
    }
  }

  private static long sizeOf(Snapshot snapshot) {
    return snapshot.position() + 1;
  }

  /** A hash that isn't there was taken away. */
  static <T> T whole(Supplier<T> read) {
    try {
      return read.get();
    } catch (TiledTree.MissingHashException e) {
      throw inconsistent();
    }
  }

  /** Of an event's row: one that has none any more was taken away. */
  static Hash leaf(byte @Nullable [] stored) {
    if (stored == null || stored.length != Hash.LENGTH) {
      throw inconsistent();
    }
    return new Hash(stored);
  }

  private static RuntimeException inconsistent() {
    return Problem.of(
            503, "log_inconsistent", "The log doesn't go on from what was signed of it before.")
        .toException();
  }

  private static RuntimeException notBuilt() {
    return Problem.of(503, "log_not_built", "The views with the log are still being built.")
        .withHeader("Retry-After", "30")
        .toException();
  }
}
