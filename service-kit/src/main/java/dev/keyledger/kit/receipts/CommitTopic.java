package dev.keyledger.kit.receipts;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Where commits of the awaited streams show. */
public enum CommitTopic {
  /** The ledger's streams, one per organisation. */
  EVENTS(Topics.EVENTS) {
    @Override
    @Nullable Commit read(Headers headers, byte[] value) {
      String organization = CloudEventHeaders.organizationOf(headers);
      Long position = CloudEventHeaders.positionOf(headers);
      return organization == null || position == null ? null : new Commit(organization, position);
    }
  },
  /** Everything that ended, sessions included. */
  REVOCATIONS(Topics.REVOCATIONS) {
    @Override
    Commit read(Headers headers, byte[] value) {
      Revocation revocation = EventCodec.decode(value, Revocation.class);
      return new Commit(revocation.stream(), revocation.position());
    }
  };

  private final String topic;

  CommitTopic(String topic) {
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  /** {@code null} for a record that commits no position. */
  abstract @Nullable Commit read(Headers headers, byte[] value);

  record Commit(String stream, long position) {}
}
