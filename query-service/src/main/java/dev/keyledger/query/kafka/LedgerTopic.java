package dev.keyledger.query.kafka;

import java.util.Map;

/**
 * What stands behind the name {@code events.v1} now.
 *
 * @param id of the topic, as Kafka's tools print it
 * @param beginnings the first offset that each partition still holds
 * @param ends the committed end of each partition
 */
public record LedgerTopic(String id, Map<Integer, Long> beginnings, Map<Integer, Long> ends) {}
