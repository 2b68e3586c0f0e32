package dev.keyledger.query.usage;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.observed.ObservedTopic;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Counts what {@code usage.v1} tells, which forgets after a week. */
@Component
final class UsageConsumer extends ObservedTopic<Usage> {
  private final UsageTable table;

  UsageConsumer(
      UsageTable table,
      KafkaAccess kafka,
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions) {
    super(
        "usage",
        Topics.USAGE,
        Usage.class,
        AfterSetBack.AT_ITS_END,
        kafka,
        seals,
        jdbc,
        transactions);
    this.table = table;
  }

  @Override
  @SuppressWarnings("ConstantValue")
  protected boolean isWhole(Usage usage) {
    return usage.organization() != null
        && usage.key() != null
        && usage.secretPrefix() != null
        && usage.lastUsedAt() != null
        && usage.count() >= 0;
  }

  @Override
  protected void store(List<Usage> uses) {
    table.add(uses);
  }
}
