package dev.keyledger.query.check;

import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.kafka.LedgerTopic;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.views.Reads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Whether the views have everything that the ledger says it published. What the relay or the views
 * haven't come to yet is no finding.
 */
@Component
class LedgerCheck {
  private static final int TRIES = 50;
  private static final int BETWEEN_MILLIS = 200;
  private static final int MOST_DUE = 10_000;

  private final Snapshots snapshots;
  private final ViewProgress progress;
  private final Ledger ledger;
  private final KafkaAccess kafka;

  LedgerCheck(Snapshots snapshots, ViewProgress progress, Ledger ledger, KafkaAccess kafka) {
    this.snapshots = snapshots;
    this.progress = progress;
    this.ledger = ledger;
    this.kafka = kafka;
  }

  void check(Pass pass) {
    if (pass.isHindered(Part.LEDGER)) {
      return;
    }
    List<Ledger.LedgerStanding> due;
    String filled;
    try {
      filled = ledger.organizations(null).topic();
      due = due(pass);
    } catch (Ledger.SilentException e) {
      pass.hinder(Part.LEDGER, Ledger.SILENT);
      return;
    }
    if (due.isEmpty()) {
      return;
    }
    try {
      if (!areLevel(kafka.ledgerTopic(), filled)) {
        pass.hinder(Part.VIEWS, "the views are behind");
        return;
      }
    } catch (KafkaAccess.BrokerSilentException e) {
      pass.hinder(Part.VIEWS, "Kafka doesn't answer");
      return;
    }
    Map<UUID, Long> reached = reached(due, true);
    for (Ledger.LedgerStanding one : due) {
      Long position = reached.get(one.uuid());
      if (position == null || position < one.published()) {
        pass.found(
            Part.VIEWS,
            Kind.MISSING,
            one.uuid(),
            position == null ? 0 : position + 1,
            "the views don't have what the ledger has published");
      }
    }
  }

  private List<Ledger.LedgerStanding> due(Pass pass) {
    var due = new ArrayList<Ledger.LedgerStanding>();
    String after = null;
    do {
      Ledger.LedgerPage page = ledger.organizations(after);
      Map<UUID, Long> reached = reached(page.items(), false);
      for (Ledger.LedgerStanding one : page.items()) {
        if (one.passedBy() != null) {
          pass.found(
              Part.LEDGER,
              Kind.ADDED,
              one.uuid(),
              one.passedBy(),
              "an event stands at a place of the ledger that had been passed without it");
        }
        if (one.published() > reached.getOrDefault(one.uuid(), -1L) && due.size() < MOST_DUE) {
          due.add(one);
        }
      }
      pass.compared(0);
      after = page.next();
    } while (after != null);
    return due;
  }

  /**
   * @param orHalted whether one whose views are halted counts as far as it was published
   */
  private Map<UUID, Long> reached(List<Ledger.LedgerStanding> standings, boolean orHalted) {
    Map<UUID, Long> reached = new HashMap<>();
    if (standings.isEmpty()) {
      return reached;
    }
    ViewVersion live = Reads.live(snapshots.jdbc());
    List<UUID> ids = standings.stream().map(Ledger.LedgerStanding::uuid).toList();
    snapshots
        .jdbc()
        .sql(live.sql("select organization, position from positions@ where organization in (:ids)"))
        .param("ids", ids)
        .query(row -> {
          reached.put(row.getObject(1, UUID.class), row.getLong(2));
        });
    if (orHalted) {
      snapshots
          .jdbc()
          .sql(live.sql("select organization from halted@ where organization in (:ids)"))
          .param("ids", ids)
          .query(row -> {
            reached.put(row.getObject(1, UUID.class), Long.MAX_VALUE);
          });
    }
    return reached;
  }

  /**
   * Whether the views come soon to where the topic ends now.
   *
   * @param filled id of the topic that the relay has nothing to make up for in
   */
  private boolean areLevel(Optional<LedgerTopic> topic, @Nullable String filled) {
    if (topic.isEmpty()) {
      return false;
    }
    for (int tried = 0; tried < TRIES; tried++) {
      Map<Integer, PartitionProgress> now = progress.of(Reads.live(snapshots.jdbc()));
      boolean level =
          topic.get().ends().entrySet().stream()
              .allMatch(
                  end -> isLevel(now.get(end.getKey()), topic.get().id(), filled, end.getValue()));
      if (level) {
        return true;
      }
      try {
        Thread.sleep(BETWEEN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Pass.EndedException();
      }
    }
    return false;
  }

  private static boolean isLevel(
      @Nullable PartitionProgress progress, String topic, @Nullable String filled, long end) {
    return progress != null
        && progress.nextIn(topic) >= end
        && (progress.unseenIn(topic) == 0 || topic.equals(filled));
  }
}
