package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.events.EventRecord;
import dev.keyledger.delivery.sending.Couriers;
import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.subscription.CollectorRows;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.MessageTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.delivery.subscription.WebhookSettings;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.kafka.RecordSeals;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The ledger's events as messages: subscriptions, messages and how far each organisation has come
 * in one transaction, so that each event makes its messages once, however often and to however many
 * replicas it is delivered.
 */
@Component
final class EventsReading extends TopicReading {
  private static final Logger log = LoggerFactory.getLogger(EventsReading.class);

  private final ProgressTable progress;
  private final SubscriptionTable subscriptions;
  private final CollectorRows collectors;
  private final MessageTable messages;
  private final Couriers couriers;
  private final WebhookSettings settings;
  private final Tokens tokens;
  private final TransactionTemplate transactions;
  private final Clock clock;

  EventsReading(
      RecordSeals seals,
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      ProgressTable progress,
      SubscriptionTable subscriptions,
      CollectorRows collectors,
      MessageTable messages,
      Couriers couriers,
      WebhookSettings settings,
      Tokens tokens,
      Clock clock) {
    super(Topics.EVENTS, "events_offsets", seals, jdbc, transactions);
    this.progress = progress;
    this.subscriptions = subscriptions;
    this.collectors = collectors;
    this.messages = messages;
    this.couriers = couriers;
    this.settings = settings;
    this.tokens = tokens;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  Runnable store(List<Believed> records) {
    List<EventRecord> read =
        records.stream().flatMap(one -> EventRecord.of(one.kafka(), one.value()).stream()).toList();
    if (read.isEmpty()) {
      return () -> {};
    }
    Set<OrganizationId> organizations = new LinkedHashSet<>();
    read.forEach(one -> organizations.add(one.organization()));
    MessageMaker maker = maker(organizations);
    read.forEach(maker::take);
    maker.waiting().forEach(progress::keepWaiting);
    Set<SubscriptionKey> news = write(maker);
    return () -> {
      couriers.news(news);
      collectors.news(maker.moved().keySet(), clock.instant());
      maker.mended().forEach(this::goOn);
    };
  }

  private MessageMaker maker(Collection<OrganizationId> organizations) {
    Instant now = clock.instant();
    var since =
        new MessageMaker.Since(
            settings.triedSince(now), settings.bodiesSince(now), settings.knownSince(now));
    return new MessageMaker(
        progress.lock(organizations), subscriptions.lock(organizations), since, tokens);
  }

  private Set<SubscriptionKey> write(MessageMaker maker) {
    Instant now = clock.instant();
    Set<SubscriptionKey> told = new HashSet<>();
    Set<SubscriptionKey> announced = new HashSet<>();
    for (MessageTable.New one : maker.messages()) {
      told.add(one.subscription());
      if (one.type().equals(SecurityEvent.STREAM_UPDATED)) {
        announced.add(one.subscription());
      }
    }
    for (FoldedSubscription one : maker.changed()) {
      boolean isDue = told.contains(one.key()) || one.startsAnew();
      subscriptions.write(one, isDue ? now : null, announced.contains(one.key()));
      if (one.state().collects()) {
        collectors.write(one, now);
      }
    }
    messages.add(maker.messages(), now);
    progress.write(maker.moved(), now);
    maker
        .moved()
        .forEach((organization, one) -> {
          if (one.halted() != null) {
            log.error("organisation {} is halted: {}", organization, one.halted());
          }
        });
    return told;
  }

  /**
   * Tries those once more that don't go on: a newer release may read what an older one couldn't.
   */
  void goOn() {
    new TreeSet<>(progress.halted().stream().map(OrganizationId::value).toList())
        .forEach(id -> goOn(new OrganizationId(id)));
  }

  /** What waits of one organisation, as far as it can be applied, page by page. */
  private void goOn(OrganizationId organization) {
    boolean more = true;
    while (more) {
      Page page =
          Objects.requireNonNull(transactions.execute(status -> goOnWithPage(organization)));
      couriers.news(page.news());
      collectors.news(List.of(organization), clock.instant());
      more = page.more();
    }
  }

  /**
   * @param more whether more waits that can be tried
   */
  private record Page(Set<SubscriptionKey> news, boolean more) {}

  private Page goOnWithPage(OrganizationId organization) {
    MessageMaker maker = maker(List.of(organization));
    long upTo = -1;
    boolean stopped = false;
    for (EventRecord record : progress.waiting(organization)) {
      if (!maker.goOn(record)) {
        stopped = true;
        break;
      }
      upTo = record.position();
    }
    progress.forgetWaiting(organization, upTo);
    boolean isOver = !stopped && progress.waiting(organization).isEmpty();
    if (isOver) {
      maker.goesOn(organization);
      log.info("organisation {} goes on", organization);
    }
    return new Page(write(maker), !stopped && !isOver);
  }

  /** A message that was missed would be missing for ever. */
  @Override
  public boolean skipTo(Map<TopicPartition, Long> beginnings) {
    return false;
  }
}
