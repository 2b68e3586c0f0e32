package dev.keyledger.query.log;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.log.LogAnswers.Consistency;
import dev.keyledger.query.log.LogAnswers.LogKeyList;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The platform's log (C2SP {@code tlog-tiles}), for everybody: nothing but hashes is told of the
 * organisations whose checkpoints it holds.
 */
@RestController
@RequestMapping("/v1/log")
class PlatformLogController {
  private final PlatformLog log;
  private final LogKeys keys;
  private final Witnessed witnessed;

  PlatformLogController(PlatformLog log, LogKeys keys, Witnessed witnessed) {
    this.log = log;
    this.keys = keys;
    this.witnessed = witnessed;
  }

  /** 404 {@code checkpoint_not_found} before there is any organisation. */
  @GetMapping(path = "/checkpoint", produces = LogAnswers.NOTE)
  @PublicEndpoint(because = "who checks a history trusts nobody, us included")
  ResponseEntity<String> checkpoint() {
    SignedNote note = log.head().note();
    if (note == null) {
      throw Problem.of(404, "checkpoint_not_found", "Nothing has been signed yet.").toException();
    }
    return fresh().body(witnessed.given(note).toString());
  }

  /**
   * @param tile level, index and width as the standard spells them; 404 {@code tile_not_found}
   */
  @GetMapping(path = "/tile/{*tile}", produces = LogAnswers.TILE)
  @PublicEndpoint(because = "who checks a history trusts nobody, us included")
  ResponseEntity<byte[]> tile(@PathVariable String tile) {
    return ResponseEntity.ok()
        .cacheControl(LogAnswers.FOR_EVER)
        .body(LogReads.whole(() -> LogAnswers.tile(log.tree(), log.head().log().size(), tile)));
  }

  /**
   * @param oldSize of a tree that was seen before
   * @param treeSize of the one that is to begin with it; the whole log's by default
   */
  @GetMapping(path = "/consistency", produces = "application/json")
  @PublicEndpoint(because = "who checks a history trusts nobody, us included")
  ResponseEntity<Consistency> consistency(
      @RequestParam(name = "old_size") String oldSize,
      @RequestParam(name = "tree_size", required = false) @Nullable String treeSize) {
    return fresh()
        .body(
            LogReads.whole(() ->
                LogAnswers.consistency(log.tree(), oldSize, treeSize, log.head().log().size())));
  }

  /** By which keys checkpoints of this log are verified. */
  @GetMapping(path = "/keys", produces = "application/json")
  @PublicEndpoint(because = "who checks a history trusts nobody, us included")
  ResponseEntity<LogKeyList> keys() {
    return fresh().body(new LogKeyList(keys.platform(), keys.verifierKeysOf(keys.platform())));
  }

  private static ResponseEntity.BodyBuilder fresh() {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore());
  }
}
