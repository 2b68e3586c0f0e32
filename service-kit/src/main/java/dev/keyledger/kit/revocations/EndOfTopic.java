package dev.keyledger.kit.revocations;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The running question where the topic ends, read uncommitted. One question is asked at a time and
 * stands until all up to its answer has been reached; one that failed is asked again.
 */
final class EndOfTopic {
  private static final int TIMEOUT_MILLIS = 1_500;

  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> partitions;
  private final LongSupplier nanoTime;
  private long askedAt;
  private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> answer;
  private boolean reached;

  EndOfTopic(Admin admin, List<TopicPartition> partitions, LongSupplier nanoTime) {
    this.admin = admin;
    this.partitions =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    this.nanoTime = nanoTime;
    this.askedAt = nanoTime.getAsLong();
    this.answer = ask();
  }

  private KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ask() {
    var uncommitted = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
    uncommitted.timeoutMs(TIMEOUT_MILLIS);
    return admin.listOffsets(partitions, uncommitted).all();
  }

  /** When the standing question was asked: before it was sent. */
  long askedAt() {
    return askedAt;
  }

  boolean isReachedBy(Consumer<?, ?> consumer) {
    if (!reached && answer.isDone() && !answer.isCompletedExceptionally()) {
      reached =
          ends().entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue().offset());
    }
    return reached;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends() {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("asked of a failed answer", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  void askAgainWhenDue(Duration interval) {
    boolean settled = reached || answer.isCompletedExceptionally();
    if (settled && nanoTime.getAsLong() - askedAt >= interval.toNanos()) {
      reached = false;
      askedAt = nanoTime.getAsLong();
      answer = ask();
    }
  }
}
