package dev.keyledger.kit.kafka;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;

/**
 * Which topics stand behind their names now. A topic that was deleted and made anew has its name
 * and another id (KIP-516), and an offset of the one means nothing in the other.
 */
@FunctionalInterface
public interface TopicIds {
  /**
   * Doesn't wait.
   *
   * @return the id of each of these names; failed where one has no topic, or Kafka doesn't say
   */
  CompletableFuture<Map<String, Uuid>> ask(Set<String> names);
}
