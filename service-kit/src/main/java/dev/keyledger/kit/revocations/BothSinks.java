package dev.keyledger.kit.revocations;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.RecordPlace;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Two that get the same, one after the other. */
record BothSinks(RevocationSink one, RevocationSink other) implements RevocationSink {
  @Override
  public void reads(Uuid topic) {
    one.reads(topic);
    other.reads(topic);
  }

  @Override
  public void setBack() {
    one.setBack();
    other.setBack();
  }

  @Override
  public void apply(int partition, long offset, Revocation revocation) {
    one.apply(partition, offset, revocation);
    other.apply(partition, offset, revocation);
  }

  @Override
  public void unreadable(RecordPlace place, @Nullable String stream) {
    one.unreadable(place, stream);
    other.unreadable(place, stream);
  }

  @Override
  public void acknowledged(RecordPlace place) {
    one.acknowledged(place);
    other.acknowledged(place);
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    one.reached(positions);
    other.reached(positions);
  }
}
