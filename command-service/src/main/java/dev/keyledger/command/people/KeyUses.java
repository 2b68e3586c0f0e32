package dev.keyledger.command.people;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How often keys were used lately, asked of token-service. */
public final class KeyUses {
  private static final Logger log = LoggerFactory.getLogger(KeyUses.class);
  private static final int AT_ONCE = 1_000;

  /**
   * Of one key.
   *
   * @param uses in all
   * @param outside of the ranges that were asked about, or from an address that wasn't known
   * @param undecided from networks that are partly in them
   */
  public record Uses(long uses, long outside, long undecided) {
    static final Uses NONE = new Uses(0, 0, 0);
  }

  /**
   * @param since the first day that was looked at, of UTC
   */
  public record Lately(LocalDate since, Map<KeyId, Uses> byKey) {
    public Uses of(KeyId key) {
      return byKey.getOrDefault(key, Uses.NONE);
    }
  }

  private record Question(List<KeyId> keys, List<String> ranges) {}

  private record Answered(KeyId key, long uses, long outside, long undecided) {}

  private record Answer(LocalDate since, List<Answered> uses) {}

  private final TokenServiceClient tokenService;

  KeyUses(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  /**
   * @param keys one at least
   * @param ranges none where address doesn't matter
   * @return empty when it isn't known now
   */
  public Optional<Lately> lately(List<KeyId> keys, List<String> ranges) {
    var byKey = new HashMap<KeyId, Uses>();
    var since = LocalDate.MIN;
    try {
      for (List<KeyId> some : chunks(keys)) {
        Answer answer =
            tokenService.post("/internal/v1/keys/uses", new Question(some, ranges), Answer.class);
        since = answer.since();
        answer
            .uses()
            .forEach(
                one -> byKey.put(one.key(), new Uses(one.uses(), one.outside(), one.undecided())));
      }
    } catch (UnansweredException e) {
      log.warn("How often keys were used can't be told: {}", e.getMessage());
      return Optional.empty();
    }
    return Optional.of(new Lately(since, byKey));
  }

  private static List<List<KeyId>> chunks(List<KeyId> keys) {
    var chunks = new ArrayList<List<KeyId>>();
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      chunks.add(keys.subList(from, Math.min(keys.size(), from + AT_ONCE)));
    }
    return chunks;
  }
}
