package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.InclusionProof;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Subtrees;
import dev.keyledger.query.log.LogAnswers.Consistency;
import dev.keyledger.query.log.LogAnswers.LogKeyList;
import dev.keyledger.query.views.Reads;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * An organisation's log (C2SP {@code tlog-tiles}): its leaves are the organisation's events, of
 * which each one's position is its index. All of it is refused by 503 {@code log_not_built} while
 * the views are of a release that kept none.
 */
@RestController
@RequestMapping("/v1/organizations/{org}/log")
class LogController {
  /**
   * That an event is in the log (RFC 9162, section 2.1.3).
   *
   * @param leaf hash of the event's record in canonical form (RFC 8785)
   * @param tlogProof the same for a file (C2SP {@code tlog-proof}), with the newest checkpoint;
   *     {@code null} for a tree of another size than that one's
   */
  record Inclusion(
      long position,
      String leaf,
      long treeSize,
      String root,
      List<String> hashes,
      @Nullable String tlogProof) {}

  private final Reads reads;
  private final LogReads logs;
  private final LogKeys keys;

  LogController(Reads reads, LogReads logs, LogKeys keys) {
    this.reads = reads;
    this.logs = logs;
    this.keys = keys;
  }

  /** As far as the views have come: signed now, where that hasn't been signed yet. */
  @GetMapping(path = "/checkpoint", produces = LogAnswers.NOTE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<String> checkpoint(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    LogReads.Newest newest = logs.newest(caller, org, atLeast);
    return as(newest.read(), newest.note().toString());
  }

  /**
   * What the organisation's own witnesses are to cosign next; they bring it to {@code POST
   * /v1/log/cosignatures}. It is the same for ten seconds, or until enough of them have.
   */
  @GetMapping(path = "/offered-checkpoint", produces = LogAnswers.NOTE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<String> offered(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    LogReads.Newest offered = logs.offered(caller, org, atLeast);
    return as(offered.read(), offered.note().toString());
  }

  /**
   * @param tile level, index and width as the standard spells them; 404 {@code tile_not_found} for
   *     what the log doesn't have, or not yet
   */
  @GetMapping(path = "/tile/{*tile}", produces = LogAnswers.TILE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<byte[]> tile(
      Caller caller,
      @PathVariable String org,
      @PathVariable String tile,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    ResponseEntity<byte[]> read =
        reads.of(
            caller,
            org,
            atLeast,
            LogReads.ofTree((tree, size) -> LogAnswers.tile(tree, size, tile)));
    return ResponseEntity.ok()
        .headers(read.getHeaders())
        .cacheControl(LogAnswers.FOR_EVER)
        .body(read.getBody());
  }

  /**
   * @param position of an event; 404 {@code event_not_found} behind the last
   * @param key in its place: the event that revoked this key; 404 where none did
   * @param treeSize of the tree that it is in; that of the newest checkpoint by default
   */
  @GetMapping(path = "/proof", produces = "application/json")
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<Inclusion> proof(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String position,
      @RequestParam(required = false) @Nullable String key,
      @RequestParam(name = "tree_size", required = false) @Nullable String treeSize,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    ProvenEvent event = ProvenEvent.of(position, key);
    SignedNote note = logs.newest(caller, org, atLeast).note();
    Checkpoint newest = Checkpoint.parse(note.text());
    long size = LogAnswers.sizeWithin("tree_size", treeSize, newest.size());
    return reads.of(
        caller,
        org,
        String.valueOf(newest.size() - 1),
        snapshot -> {
          long index = event.within(size, snapshot);
          return LogReads.ofTree((tree, unused) -> inclusion(index, size, tree, note))
              .apply(snapshot);
        });
  }

  private static Inclusion inclusion(long index, long size, Subtrees tree, SignedNote note) {
    List<Hash> path = Proofs.inclusion(index, size, tree);
    boolean newest = size == Checkpoint.parse(note.text()).size();
    return new Inclusion(
        index,
        tree.root(0, index).text(),
        size,
        Proofs.root(size, tree).text(),
        LogAnswers.texts(path),
        newest ? new InclusionProof(index, path, note).text() : null);
  }

  /**
   * The same for a file (C2SP {@code tlog-proof}), with the newest checkpoint: it carries the
   * event's record, so that it is checked by itself.
   *
   * @param position of an event; 404 {@code event_not_found} behind the last
   * @param key in its place: the event that revoked this key; 404 where none did
   */
  @GetMapping(path = "/proof", produces = LogAnswers.NOTE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<String> proofFile(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable String position,
      @RequestParam(required = false) @Nullable String key,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    ProvenEvent event = ProvenEvent.of(position, key);
    LogReads.Newest newest = logs.newest(caller, org, atLeast);
    long size = Checkpoint.parse(newest.note().text()).size();
    ResponseEntity<InclusionProof> read =
        reads.of(
            caller,
            org,
            String.valueOf(size - 1),
            snapshot -> {
              long index = event.within(size, snapshot);
              return LogReads.ofTree((tree, unused) ->
                      new InclusionProof(index, Proofs.inclusion(index, size, tree), newest.note())
                          .carrying(ProvenEvent.record(index, snapshot)))
                  .apply(snapshot);
            });
    InclusionProof proof = Objects.requireNonNull(read.getBody());
    String name = newest.organization().value() + "-" + proof.index() + ".tlog-proof";
    return ResponseEntity.ok()
        .headers(read.getHeaders())
        .headers(headers ->
            headers.setContentDisposition(ContentDisposition.attachment().filename(name).build()))
        .body(proof.text());
  }

  /**
   * @param oldSize of a tree that was seen before
   * @param treeSize of the one that is to begin with it; the whole log's by default
   */
  @GetMapping(path = "/consistency", produces = "application/json")
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<Consistency> consistency(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "old_size") String oldSize,
      @RequestParam(name = "tree_size", required = false) @Nullable String treeSize,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        LogReads.ofTree((tree, size) -> LogAnswers.consistency(tree, oldSize, treeSize, size)));
  }

  /** By which keys checkpoints of this log are verified. */
  @GetMapping(path = "/keys", produces = "application/json")
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<LogKeyList> keys(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        snapshot -> {
          String origin = keys.of(snapshot.organization());
          return new LogKeyList(origin, keys.verifierKeysOf(origin));
        });
  }

  /**
   * That the newest checkpoint is in the platform's log, for a file (C2SP {@code tlog-proof}): the
   * entry is the checkpoint's text.
   */
  @GetMapping(path = "/platform-proof", produces = LogAnswers.NOTE)
  @Requires(Permissions.AUDIT_READ)
  ResponseEntity<String> platformProof(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    LogReads.Newest newest = logs.newest(caller, org, atLeast);
    return as(newest.read(), logs.platformProof(newest).text());
  }

  private static <T> ResponseEntity<T> as(ResponseEntity<?> read, T body) {
    return ResponseEntity.ok().headers(read.getHeaders()).body(body);
  }
}
