package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.sending.Couriers;
import dev.keyledger.delivery.subscription.SecretsTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.kafka.RecordSeals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** By what subscriptions' messages are signed: sealed, as the relay says it last. */
@Component
final class SecretsReading extends TopicReading {
  private static final Logger log = LoggerFactory.getLogger(SecretsReading.class);

  private final SecretsTable secrets;
  private final Couriers couriers;

  SecretsReading(
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      SecretsTable secrets,
      Couriers couriers) {
    super(Topics.SUBSCRIPTIONS, "subscriptions_offsets", seals, jdbc, transactions);
    this.secrets = secrets;
    this.couriers = couriers;
  }

  @Override
  Runnable store(List<Believed> records) {
    List<SubscriptionRecord> read = new ArrayList<>();
    for (Believed one : records) {
      try {
        read.add(EventCodec.decode(one.value(), SubscriptionRecord.class));
      } catch (EventCodec.UnreadableException e) {
        // Its subscription isn't sent to until a later one comes.
        log.error(
            "the record at {}-{}@{} can't be read",
            one.kafka().topic(),
            one.kafka().partition(),
            one.kafka().offset());
      }
    }
    secrets.write(read);
    List<SubscriptionKey> news =
        read.stream()
            .map(one -> new SubscriptionKey(one.organization(), one.subscription()))
            .toList();
    return () -> couriers.news(news);
  }

  /** A compacted topic forgets what was replaced. */
  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    skip(beginnings);
    return true;
  }
}
