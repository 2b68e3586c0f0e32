package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.sending.Couriers;
import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.subscription.CollectorRows;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.MessageTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.delivery.subscription.WebhookSettings;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordSeals;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sessions that ended, which no ledger has, for streams of security events. Each is told once by
 * its id, though the topic were made anew. Collectors are said to have news, which they get from
 * history.
 */
@Component
final class SessionsReading extends TopicReading {
  private static final Logger log = LoggerFactory.getLogger(SessionsReading.class);

  private final SubscriptionTable subscriptions;
  private final CollectorRows collectors;
  private final MessageTable messages;
  private final Tokens tokens;
  private final Couriers couriers;
  private final WebhookSettings settings;
  private final Clock clock;

  SessionsReading(
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      SubscriptionTable subscriptions,
      CollectorRows collectors,
      MessageTable messages,
      Tokens tokens,
      Couriers couriers,
      WebhookSettings settings,
      Clock clock) {
    super(Topics.ACTIVITY, "activity_offsets", seals, jdbc, transactions);
    this.subscriptions = subscriptions;
    this.collectors = collectors;
    this.messages = messages;
    this.tokens = tokens;
    this.couriers = couriers;
    this.settings = settings;
    this.clock = clock;
  }

  private record Ended(OrganizationId organization, SecurityEvent event) {}

  @Override
  Runnable store(List<Believed> records) {
    Instant now = clock.instant();
    Instant since = settings.triedSince(now);
    List<Activity> read = records.stream().flatMap(one -> read(one).stream()).toList();
    Set<OrganizationId> told = new LinkedHashSet<>();
    for (Activity one : read) {
      if (one.organization() != null) {
        told.add(one.organization());
      }
    }
    Runnable collected = () -> collectors.news(told, clock.instant());
    List<Ended> ended =
        read.stream()
            .flatMap(one -> ended(one).stream())
            // What is told too late is worth nothing, and of what is older no id is kept.
            .filter(one -> !one.event().at().isBefore(since))
            .toList();
    if (ended.isEmpty()) {
      return collected;
    }
    Set<SubscriptionKey> streams = write(ended, since, now);
    return () -> {
      couriers.news(streams);
      collected.run();
    };
  }

  private Set<SubscriptionKey> write(List<Ended> ended, Instant since, Instant now) {
    Set<OrganizationId> organizations = new LinkedHashSet<>();
    ended.forEach(one -> organizations.add(one.organization()));
    Map<SubscriptionKey, FoldedSubscription> streams = new LinkedHashMap<>();
    subscriptions.lock(organizations).stream()
        .filter(one -> one.state().streams())
        .forEach(one -> streams.put(one.key(), one));
    var news = new ArrayList<MessageTable.New>();
    Map<SubscriptionKey, Boolean> leaves = new HashMap<>();
    var sinces = new MessageMaker.Since(since, since, since);
    for (Ended one : ended) {
      for (FoldedSubscription stream : List.copyOf(streams.values())) {
        boolean isTold =
            stream.key().organization().equals(one.organization())
                && stream.isToldOf(one.event().at(), one.event().type());
        if (isTold) {
          tokens.next(stream, one.event(), null, sinces, leaves).ifPresent(news::add);
          streams.put(stream.key(), stream.told(stream.nextNumber()));
        }
      }
    }
    Set<SubscriptionKey> told = new LinkedHashSet<>();
    news.forEach(one -> told.add(one.subscription()));
    told.forEach(key -> subscriptions.write(Objects.requireNonNull(streams.get(key)), now));
    messages.add(news, now);
    return told;
  }

  private static List<Ended> ended(Activity activity) {
    OrganizationId organization = activity.organization();
    return organization == null
        ? List.of()
        : SecurityEvents.of(activity).map(one -> new Ended(organization, one)).stream().toList();
  }

  private static List<Activity> read(Believed record) {
    try {
      return List.of(EventCodec.decode(record.value(), Activity.class));
    } catch (RuntimeException e) {
      // Whatever a decoder throws at bytes that it was not made for.
      log.error(
          "the record at {}-{}@{} can't be read",
          record.kafka().topic(),
          record.kafka().partition(),
          record.kafka().offset());
      return List.of();
    }
  }

  /** It forgets by itself what is old. */
  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    skip(beginnings);
    return true;
  }
}
