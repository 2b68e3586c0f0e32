package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.load.RawRequest;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.seed.AccessSeed;
import dev.keyledger.benchmarks.seed.AccessSeed.SeededKey;
import dev.keyledger.benchmarks.seed.SeedPolicy;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.events.policy.KeyTokenRules.Format;
import dev.keyledger.events.policy.Permissions;
import java.util.List;
import java.util.Map;

/** What is asked where verifications are measured. */
final class Verifications {
  private static final int KEYS = 10_000;

  private Verifications() {}

  /** Requests that present ten thousand different keys, all of them valid. */
  static List<String> seed(Platform platform) {
    try (var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      platform.makeTopics();
      var seed =
          new AccessSeed(
              1, platform.keys().currentPepper(), SeedPolicy.of(Format.JWT), topics::write);
      SeededKey caller = seed.platformService(List.of(Permissions.KEYS_VERIFY));
      List<SeededKey> keys = seed.usableKeys(KEYS);
      topics.flush();
      Map<String, String> headers =
          Map.of("Authorization", "Bearer " + caller.secret().text().revealSecret());
      return keys.stream()
          .map(key -> key.secret().text().revealSecret())
          .map(secret -> RawRequest.post("/v1/keys/verify", headers, body(secret)))
          .toList();
    }
  }

  private static String body(String secret) {
    return "{\"key\":\"" + secret + "\",\"environment\":\"" + SeedPolicy.ENVIRONMENT + "\"}";
  }
}
