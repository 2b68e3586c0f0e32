package dev.keyledger.query.projection.follow;

import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.UnfitTopicException;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.kafka.LedgerTopic;
import dev.keyledger.query.projection.apply.Applier;
import dev.keyledger.query.projection.apply.ParkedOrganizations;
import dev.keyledger.query.versions.AppliedListener;
import dev.keyledger.query.versions.Rebuilds;
import dev.keyledger.query.versions.ViewIndexes;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.versions.ViewVersions;
import dev.keyledger.query.versions.ViewVersions.Known;
import dev.keyledger.query.versions.ViewVersions.State;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Twice a second: runs a projection for every view version that PostgreSQL names and none for
 * others, lets a rebuild take over once it has drawn level, and drops what was replaced. Every
 * replica does all of it; rows and their locks decide who comes first.
 */
@Component
public final class ProjectionSupervisor implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ProjectionSupervisor.class);
  private static final long TICK_MILLIS = 500;
  private static final long BUILDING_MILLIS = 100;
  private static final int TICKS_PER_DROP = 20;
  private static final Duration STOPPING = Duration.ofSeconds(5);

  /**
   * So few records behind the end, a rebuild is as good as caught up. What is left is dearer: it
   * goes into every index by itself.
   */
  private static final long NEAR_THE_END = 5_000;

  /** More indexes at a time than threads apply: each waits for the disk now and then. */
  private static final int INDEXED_MEANWHILE = 1;

  /** Whoever applies waits meanwhile and holds a connection too: some have to be left for reads. */
  private static final int MOST_MAKERS = 2;

  private static final long APPLIERS_WAIT_MILLIS = 2_000;

  /** About 5 s after a swap that failed: its attempt has kept appliers waiting. */
  private static final int TICKS_PER_REST = 50;

  private final ViewVersions versions;
  private final ViewIndexes indexes;
  private final Rebuilds rebuilds;
  private final ParkedOrganizations parked;
  private final Applier applier;
  private final RecordSeals seals;
  private final List<AppliedListener> listeners;
  private final KafkaAccess kafka;
  private final ProjectionSettings settings;
  private final ProjectionHealthIndicator health;
  private final Clock clock;

  private final Map<ViewVersion, Projection> running = new HashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean started;
  private volatile @Nullable Thread thread;
  private @Nullable Thread indexing;
  private boolean building;
  private boolean dropDue = true;
  private boolean topicsAreFit;
  private int ticks;
  private int restingTicks;

  ProjectionSupervisor(
      ViewVersions versions,
      ViewIndexes indexes,
      Rebuilds rebuilds,
      ParkedOrganizations parked,
      Applier applier,
      RecordSeals seals,
      List<AppliedListener> listeners,
      KafkaAccess kafka,
      ProjectionSettings settings,
      ProjectionHealthIndicator health,
      Clock clock) {
    this.versions = versions;
    this.indexes = indexes;
    this.rebuilds = rebuilds;
    this.parked = parked;
    this.applier = applier;
    this.seals = seals;
    this.listeners = listeners;
    this.kafka = kafka;
    this.settings = settings;
    this.health = health;
    this.clock = clock;
  }

  @Override
  public void start() {
    try {
      checkTopics();
    } catch (KafkaAccess.BrokerSilentException e) {
      log.warn("Kafka is silent: reads go on, and events are applied once it is heard");
    }
    started = true;
    thread = Thread.ofPlatform().name("projection-supervisor").start(this::supervise);
  }

  /** Nothing starts on an unfit topic; while Kafka is away, nothing is read from it either. */
  private void checkTopics() {
    if (!topicsAreFit) {
      kafka.ensureTopics();
      topicsAreFit = true;
    }
  }

  private void supervise() {
    try {
      do {
        try {
          tick();
        } catch (KafkaAccess.BrokerSilentException e) {
          health.silent();
        } catch (UnfitTopicException e) {
          log.error("{}", e.getMessage());
          health.failed();
        } catch (RuntimeException | Error e) {
          health.failed();
          log.warn("projections cannot be looked after just now: {}", e.getClass().getSimpleName());
        }
        boolean unused =
            woken.tryAcquire(building ? BUILDING_MILLIS : TICK_MILLIS, TimeUnit.MILLISECONDS);
        woken.drainPermits();
      } while (started);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tick() throws InterruptedException {
    checkTopics();
    List<Known> known = versions.all();
    Set<ViewVersion> wanted = known.stream().map(Known::version).collect(Collectors.toSet());
    stopOthers(wanted);
    for (Known one : known) {
      if (!running.containsKey(one.version())) {
        parked.retryAll(one.version());
        running.put(one.version(), projectionOf(one));
      }
    }
    parked.resumeMended(wanted);
    building = known.size() > 1;
    Optional<LedgerTopic> topic = kafka.ledgerTopic();
    for (Known one : known) {
      topic.ifPresent(found -> versions.noteLost(one.version(), found, clock.instant()));
      switch (one.state()) {
        case LIVE -> health.observe(one.version(), topic);
        case BUILDING -> {
          if (topic.isPresent()) {
            bringForward(known, one, topic.get());
          }
        }
      }
    }
    // Now and then in any case: a rebuild may be cancelled before any follower reads into it.
    if (dropDue || ++ticks % TICKS_PER_DROP == 0) {
      versions.dropRetired();
      dropDue = false;
    }
  }

  private Projection projectionOf(Known known) {
    ViewVersion version = known.version();
    log.info("reading events into view version {}", version.number());
    List<AppliedListener> told =
        known.state() == State.BUILDING && !known.indexed()
            ? Stream.concat(listeners.stream(), Stream.of(this::wakeNearTheEnd)).toList()
            : listeners;
    return Projection.start(
        version,
        settings.threads(),
        () -> new ProjectionTarget(version, versions, applier, seals, told),
        kafka.topicIds(),
        group -> kafka.consumer(group, settings.batch()));
  }

  // A batch that isn't full may have been the last of a partition.
  private void wakeNearTheEnd(int events) {
    if (events < settings.batch()) {
      wake();
    }
  }

  private void stopOthers(Set<ViewVersion> wanted) throws InterruptedException {
    Iterator<Map.Entry<ViewVersion, Projection>> entries = running.entrySet().iterator();
    while (entries.hasNext()) {
      var entry = entries.next();
      if (!wanted.contains(entry.getKey()) || !entry.getValue().isRunning()) {
        entry.getValue().stop(STOPPING);
        entries.remove();
        dropDue = true;
      }
    }
  }

  private void bringForward(List<Known> known, Known building, LedgerTopic topic)
      throws InterruptedException {
    ViewVersion next = building.version();
    if (rebuilds.remaining(next, topic) > NEAR_THE_END) {
      return;
    }
    if (!building.indexed()) {
      index(next);
      return;
    }
    ViewVersion live =
        known.stream().filter(k -> k.state() == State.LIVE).findFirst().orElseThrow().version();
    if (restingTicks > 0) {
      restingTicks--;
      return;
    }
    if (!versions.isNearlyLevel(live, next)) {
      return;
    }
    boolean swapped =
        versions.swap(
            live,
            next,
            (connection, progress) -> Rebuilds.finish(connection, next, progress, clock.instant()),
            APPLIERS_WAIT_MILLIS);
    restingTicks = swapped ? 0 : TICKS_PER_REST;
  }

  /** Beside the looking after, which can't wait for as long as indexes may take. */
  private void index(ViewVersion next) {
    Thread own = indexing;
    if (own != null && own.isAlive()) {
      return;
    }
    indexing =
        Thread.ofPlatform()
            .name("projection-indexing")
            .daemon()
            .start(() -> {
              try {
                indexes.make(next, Math.min(settings.threads(), MOST_MAKERS) + INDEXED_MEANWHILE);
                wake();
              } catch (RuntimeException | Error e) {
                log.warn(
                    "view version {} has no indexes yet: {}",
                    next.number(),
                    e.getClass().getSimpleName());
              }
            });
  }

  /** To be called when a view version was opened or given up: it is looked after at once. */
  public void wake() {
    woken.release();
  }

  @Override
  public void stop() {
    started = false;
    wake();
    Thread own = thread;
    try {
      if (own != null) {
        own.join(STOPPING);
      }
      for (Projection projection : running.values()) {
        projection.stop(STOPPING);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running.clear();
  }

  @Override
  public boolean isRunning() {
    return started;
  }
}
