package dev.keyledger.query.activity;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.observed.ObservedTopic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps what {@code activity.v1} tells of organisations for longer than the topic does. What is of
 * no organisation is an operator's or a person's own, and is left.
 */
@Component
final class ActivityConsumer extends ObservedTopic<Activity> {
  private static final Logger log = LoggerFactory.getLogger(ActivityConsumer.class);
  private static final Duration BETWEEN_DROPS = Duration.ofMinutes(10);

  private final ActivityTable table;
  private final HistorySettings settings;
  private final Clock clock;
  private Instant nextDrop = Instant.MIN;

  ActivityConsumer(
      ActivityTable table,
      HistorySettings settings,
      KafkaAccess kafka,
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      Clock clock) {
    super(
        "activity",
        Topics.ACTIVITY,
        Activity.class,
        AfterSetBack.FROM_ITS_BEGINNING,
        kafka,
        seals,
        jdbc,
        transactions);
    this.table = table;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  @SuppressWarnings("ConstantValue")
  protected boolean isWhole(Activity activity) {
    return activity.id() != null && activity.kind() != null && activity.at() != null;
  }

  @Override
  protected void store(List<Activity> activities) {
    table.add(activities, settings.keptSince(clock.instant()));
  }

  @Override
  public void reached(Map<TopicPartition, Long> positions) {
    super.reached(positions);
    Instant now = clock.instant();
    if (now.isBefore(nextDrop)) {
      return;
    }
    nextDrop = now.plus(BETWEEN_DROPS);
    try {
      int months = table.dropBefore(settings.keptSince(now));
      if (months > 0) {
        log.info("{} months of activity are older than is kept, and were dropped", months);
      }
    } catch (DataAccessException e) {
      log.warn("old activity can't be dropped just now: {}", e.getClass().getSimpleName());
    }
  }
}
