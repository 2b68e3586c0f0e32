package dev.keyledger.delivery.feed;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import java.util.stream.IntStream;

/** Whose part of the feed a follower is told. */
public sealed interface FeedScope {
  /** An organisation's own. */
  record Of(OrganizationId organization) implements FeedScope {
    @Override
    public List<Integer> partitions() {
      return List.of(Topics.partitionOf(organization));
    }
  }

  /** Of all: for the platform's own. */
  record All() implements FeedScope {
    private static final List<Integer> PARTITIONS =
        IntStream.range(0, Topics.PARTITIONS).boxed().toList();

    @Override
    public List<Integer> partitions() {
      return PARTITIONS;
    }
  }

  /** Where it is found in the topic. */
  List<Integer> partitions();
}
