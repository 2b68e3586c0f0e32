package dev.keyledger.query.check;

import dev.keyledger.client.spring.Requires;
import java.net.URI;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether ledger, topic, views and logs still say the same, for the platform's operator. */
@RestController
@RequestMapping(path = "/v1/platform/log/check", produces = "application/json")
class CheckController {
  /**
   * @param findings at most 1,000, what was found first first
   */
  record Check(
      Passes.ShownPass pass,
      List<Passes.ShownPart> parts,
      long findingCount,
      List<Findings.ShownFinding> findings) {}

  record Asked(long pass) {}

  private final Passes passes;
  private final Findings findings;
  private final CheckRounds rounds;

  CheckController(Passes passes, Findings findings, CheckRounds rounds) {
    this.passes = passes;
    this.findings = findings;
    this.rounds = rounds;
  }

  /** How far the pass under way is, when each part was compared as a whole, and what was found. */
  @GetMapping
  @Requires(Requires.OPERATOR)
  Check check() {
    return new Check(passes.show(), passes.parts(), findings.count(), findings.list());
  }

  /** Asks for a pass that begins now, at full speed, or after the one under way. */
  @PostMapping
  @Requires(Requires.OPERATOR)
  ResponseEntity<Asked> ask() {
    return ResponseEntity.accepted()
        .location(URI.create("/v1/platform/log/check"))
        .body(new Asked(rounds.ask()));
  }
}
