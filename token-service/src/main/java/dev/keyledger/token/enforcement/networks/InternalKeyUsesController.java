package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import java.time.LocalDate;
import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What command-service asks before it says what a command would do to keys in use. */
@RestController
@RequestMapping("/internal/v1/keys")
class InternalKeyUsesController {
  private static final int MOST_KEYS = 1_000;
  private static final int MOST_RANGES = 256;

  /**
   * @param keys 1,000 at most
   * @param ranges CIDRs, 256 at most
   */
  record Question(List<KeyId> keys, List<String> ranges) {}

  record Answer(LocalDate since, List<KeyUses.Of> uses) {}

  private final KeyUses uses;

  InternalKeyUsesController(KeyUses uses) {
    this.uses = uses;
  }

  @PostMapping("/uses")
  @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
  ResponseEntity<Answer> uses(@RequestBody Question question) {
    if (question.keys() == null || question.keys().size() > MOST_KEYS) {
      throw Problem.ofField("keys", MOST_KEYS + " at most").toException();
    }
    if (question.ranges() == null || question.ranges().size() > MOST_RANGES) {
      throw Problem.ofField("ranges", MOST_RANGES + " at most").toException();
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new Answer(uses.since(), uses.of(question.keys(), question.ranges())));
  }
}
