package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.events.EventRecord;
import dev.keyledger.delivery.events.MessageBody;
import dev.keyledger.delivery.messages.ProgressTable.Progress;
import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.MessageTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds records in their order, in memory: subscriptions as they become, and a message for each
 * event and each subscription that is told of it. An organisation that can't go on is halted, with
 * what follows of it, and the others never notice.
 */
final class MessageMaker {
  private final Map<OrganizationId, Progress> reached;
  private final Map<OrganizationId, Map<SubscriptionKey, FoldedSubscription>> subscriptions =
      new LinkedHashMap<>();
  private final Since since;
  private final Tokens tokens;
  private final Map<SubscriptionKey, Boolean> leaves = new HashMap<>();

  private final Set<SubscriptionKey> changed = new LinkedHashSet<>();
  private final List<MessageTable.New> messages = new ArrayList<>();
  private final Map<OrganizationId, Progress> moved = new LinkedHashMap<>();
  private final List<EventRecord> waiting = new ArrayList<>();
  private final Set<OrganizationId> mended = new LinkedHashSet<>();

  /**
   * What is made of events that happened long ago, as when a history is read anew.
   *
   * @param tried what happened before is not sent by itself any more
   * @param replayable what happened before can't be sent again either
   * @param known of what happened before there is no message at all, only the next one's previous
   */
  record Since(Instant tried, Instant replayable, Instant known) {}

  MessageMaker(
      Map<OrganizationId, Progress> reached,
      List<FoldedSubscription> known,
      Since since,
      Tokens tokens) {
    this.reached = reached;
    this.since = since;
    this.tokens = tokens;
    known.forEach(this::put);
  }

  private void put(FoldedSubscription one) {
    subscriptions
        .computeIfAbsent(one.key().organization(), id -> new LinkedHashMap<>())
        .put(one.key(), one);
  }

  private Progress progressOf(OrganizationId organization) {
    Progress now = moved.get(organization);
    return now != null ? now : reached.getOrDefault(organization, Progress.NONE);
  }

  void take(EventRecord record) {
    OrganizationId organization = record.organization();
    Progress progress = progressOf(organization);
    if (record.position() <= progress.position()) {
      // It was applied: delivered again, or in a topic that was made anew.
      return;
    }
    boolean isNext = record.position() == progress.position() + 1;
    if (progress.halted() != null) {
      waiting.add(record);
      if (isNext) {
        mended.add(organization);
      }
      return;
    }
    String reason = isNext ? apply(record) : "gap";
    if (reason == null) {
      moved.put(organization, new Progress(record.position(), null));
    } else {
      waiting.add(record);
      moved.put(organization, new Progress(progress.position(), reason));
    }
  }

  /**
   * Goes on with what waited.
   *
   * @return whether this record was dealt with
   */
  boolean goOn(EventRecord record) {
    OrganizationId organization = record.organization();
    Progress progress = progressOf(organization);
    if (record.position() <= progress.position()) {
      return true;
    }
    boolean isNext = record.position() == progress.position() + 1;
    String reason = isNext ? apply(record) : "gap";
    moved.put(
        organization,
        new Progress(reason == null ? record.position() : progress.position(), reason));
    return reason == null;
  }

  /** Nothing waits any more. */
  void goesOn(OrganizationId organization) {
    moved.put(organization, new Progress(progressOf(organization).position(), null));
  }

  private @Nullable String apply(EventRecord record) {
    LedgerEvent event;
    try {
      event = EventCodec.decodeEvent(record.value());
    } catch (EventCodec.UnknownEventTypeException e) {
      return "unknown_type";
    } catch (RuntimeException e) {
      // Whatever a decoder throws at bytes that it was not made for.
      return "unreadable";
    }
    if (!event.organization().equals(record.organization())
        || event.position() != record.position()) {
      return "unreadable";
    }
    try {
      if (event.event() instanceof SubscriptionEvent own) {
        fold(event, own);
        announce(event, own);
      }
    } catch (IllegalStateException e) {
      return "impossible";
    }
    tell(event, record);
    return null;
  }

  private void fold(LedgerEvent event, SubscriptionEvent own) {
    var key = new SubscriptionKey(event.organization(), own.subscription());
    FoldedSubscription before = known(event.organization()).get(key);
    put(FoldedSubscription.of(before, key, event.position(), own));
    changed.add(key);
  }

  /** What becomes of a stream is told to its receiver, though it be paused by it. */
  private void announce(LedgerEvent event, SubscriptionEvent own) {
    var key = new SubscriptionKey(event.organization(), own.subscription());
    FoldedSubscription stream = known(event.organization()).get(key);
    if (stream != null && stream.state().streams()) {
      tokens.ofStream(event).ifPresent(told -> add(stream, told, null));
    }
  }

  private void add(FoldedSubscription stream, SecurityEvent told, @Nullable Long ended) {
    tokens.next(stream, told, ended, since, leaves).ifPresent(messages::add);
    put(stream.told(stream.nextNumber()));
    changed.add(stream.key());
  }

  private Map<SubscriptionKey, FoldedSubscription> known(OrganizationId organization) {
    return subscriptions.getOrDefault(organization, Map.of());
  }

  private void tell(LedgerEvent event, EventRecord record) {
    String type = EventTypes.nameOf(event.event());
    Instant at = event.event().at();
    Long ended = endsAKey(event) ? event.position() : null;
    tokens
        .of(event)
        .ifPresent(told -> {
          for (FoldedSubscription one : List.copyOf(known(event.organization()).values())) {
            if (one.state().streams() && one.isToldOf(event.position(), told.type())) {
              add(one, told, ended);
            }
          }
        });
    byte[] published = null;
    for (FoldedSubscription one : List.copyOf(known(event.organization()).values())) {
      if (one.state().streams() || !one.isToldOf(event.position(), type)) {
        continue;
      }
      byte[] body = null;
      if (!at.isBefore(since.replayable())) {
        published = published == null ? withoutVerifiers(event, record) : published;
        body = MessageBody.of(event, published, record.subject(), one.lastPosition());
      }
      if (!at.isBefore(since.known())) {
        boolean isTooOld = body == null || at.isBefore(since.tried());
        messages.add(
            new MessageTable.New(
                one.key(),
                event.position(),
                one.lastPosition(),
                type,
                body,
                isTooOld,
                null,
                isTooOld ? null : ended));
      }
      put(one.told(event.position()));
      changed.add(one.key());
    }
  }

  /** What there may be a receipt of: none is of a key that has expired by itself. */
  private static boolean endsAKey(LedgerEvent event) {
    return event.event() instanceof KeyRevoked
        || event.event() instanceof KeySuspended
        || event.event() instanceof KeyExpired && event.actor().kind() != Actor.Kind.SYSTEM;
  }

  // The relay leaves them out. What relied on it would be one mistake away from sending them.
  private static byte[] withoutVerifiers(LedgerEvent event, EventRecord record) {
    LedgerEvent bare = event.withoutVerifiers();
    return bare.equals(event) ? record.value() : EventCodec.encode(bare);
  }

  /** As they are now, of those that are another than before. */
  List<FoldedSubscription> changed() {
    return changed.stream()
        .map(key -> known(key.organization()).get(key))
        .filter(one -> one != null)
        .toList();
  }

  List<MessageTable.New> messages() {
    return messages;
  }

  Map<OrganizationId, Progress> moved() {
    return moved;
  }

  /** What an organisation can't go on to yet. */
  List<EventRecord> waiting() {
    return waiting;
  }

  /** Halted organisations of which the very event came that they stopped for. */
  Set<OrganizationId> mended() {
    return mended;
  }
}
