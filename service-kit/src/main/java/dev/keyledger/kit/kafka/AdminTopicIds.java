package dev.keyledger.kit.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Asks the brokers, with one client for all who ask here. */
public final class AdminTopicIds implements TopicIds, AutoCloseable {
  private static final int ANSWER_WITHIN_MILLIS = 5_000;

  private final Supplier<Admin> admins;
  private @Nullable Admin admin;
  private boolean closed;

  /**
   * @param admins asked at the first question, and again when one can't be made
   */
  public AdminTopicIds(Supplier<Admin> admins) {
    this.admins = admins;
  }

  @Override
  public CompletableFuture<Map<String, Uuid>> ask(Set<String> names) {
    try {
      return of(client(), names, ANSWER_WITHIN_MILLIS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  static CompletableFuture<Map<String, Uuid>> of(
      Admin admin, Collection<String> names, int withinMillis) {
    return admin
        .describeTopics(names, new DescribeTopicsOptions().timeoutMs(withinMillis))
        .allTopicNames()
        .toCompletionStage()
        .toCompletableFuture()
        .thenApply(found ->
            found.values().stream()
                .collect(Collectors.toMap(TopicDescription::name, TopicDescription::topicId)));
  }

  private synchronized Admin client() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Admin known = admin;
    if (known == null) {
      known = admins.get();
      admin = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
  }
}
