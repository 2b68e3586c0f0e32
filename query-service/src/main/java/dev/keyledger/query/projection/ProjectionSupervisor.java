package dev.keyledger.query.projection;

import dev.keyledger.query.projection.Generations.Known;
import dev.keyledger.query.projection.Generations.State;
import dev.keyledger.subscriber.kafka.UnfitTopicException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Twice a second: runs a projection for every generation that PostgreSQL names and none for others,
 * lets a rebuild take over once it has drawn level, and drops what was replaced. Every replica does
 * all of it; rows and their locks decide who comes first.
 */
final class ProjectionSupervisor implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ProjectionSupervisor.class);
  private static final long TICK_MILLIS = 500;
  private static final long BUILDING_MILLIS = 100;
  private static final int TICKS_PER_DROP = 20;
  private static final Duration STOPPING = Duration.ofSeconds(5);

  /** So few records behind the end, a rebuild is as good as caught up. */
  private static final long NEAR_THE_END = 20_000;

  private static final long APPLIERS_WAIT_MILLIS = 2_000;

  /** About 5 s after a swap that failed: its attempt has kept appliers waiting. */
  private static final int TICKS_PER_REST = 50;

  private final DataSource database;
  private final Generations generations;
  private final Rebuilds rebuilds;
  private final HaltedOrganizations halted;
  private final Applier applier;
  private final ProjectionConsumer.Applied applied;
  private final KafkaAccess kafka;
  private final ProjectionSettings settings;
  private final ProjectionHealth health;
  private final Clock clock;

  private final Map<Generation, Projection> running = new HashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean started;
  private volatile @Nullable Thread thread;
  private boolean building;
  private boolean dropDue = true;
  private boolean topicsAreFit;
  private int ticks;
  private int restingTicks;

  ProjectionSupervisor(
      DataSource database,
      Generations generations,
      Rebuilds rebuilds,
      HaltedOrganizations halted,
      Applier applier,
      ProjectionConsumer.Applied applied,
      KafkaAccess kafka,
      ProjectionSettings settings,
      ProjectionHealth health,
      Clock clock) {
    this.database = database;
    this.generations = generations;
    this.rebuilds = rebuilds;
    this.halted = halted;
    this.applier = applier;
    this.applied = applied;
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
        } catch (SQLException | RuntimeException e) {
          log.warn("projections cannot be looked after just now: {}", e.getClass().getSimpleName());
          health.failed();
        }
        boolean unused =
            woken.tryAcquire(building ? BUILDING_MILLIS : TICK_MILLIS, TimeUnit.MILLISECONDS);
        woken.drainPermits();
      } while (started);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tick() throws SQLException, InterruptedException {
    checkTopics();
    List<Known> known = generations.all();
    stopOthers(known.stream().map(Known::generation).collect(Collectors.toSet()));
    for (Known one : known) {
      if (!running.containsKey(one.generation())) {
        halted.retryAll(one.generation());
        running.put(one.generation(), projectionOf(one));
      }
    }
    building = known.size() > 1;
    Map<Integer, Long> ends = kafka.ends();
    for (Known one : known) {
      switch (one.state()) {
        case LIVE -> health.observe(one.generation(), running.get(one.generation()), ends);
        case BUILDING -> bringForward(known, one, ends);
      }
    }
    // Now and then in any case: a rebuild may be cancelled before anybody reads into it.
    if (dropDue || ++ticks % TICKS_PER_DROP == 0) {
      generations.dropRetired();
      dropDue = false;
    }
  }

  private Projection projectionOf(Known known) {
    Generation generation = known.generation();
    log.info("reading events into generation {} of the views", generation.number());
    return Projection.start(
        generation,
        settings.threads(),
        () ->
            new ProjectionConsumer(
                generation,
                database,
                applier,
                applied,
                kafka.consumer("keyledger-query-g" + generation.number(), settings.batch())));
  }

  private void stopOthers(Set<Generation> wanted) throws InterruptedException {
    Iterator<Map.Entry<Generation, Projection>> entries = running.entrySet().iterator();
    while (entries.hasNext()) {
      var entry = entries.next();
      if (!wanted.contains(entry.getKey()) || !entry.getValue().isRunning()) {
        entry.getValue().stop(STOPPING);
        entries.remove();
        dropDue = true;
      }
    }
  }

  private void bringForward(List<Known> known, Known building, Map<Integer, Long> ends)
      throws SQLException, InterruptedException {
    Generation next = building.generation();
    if (rebuilds.remaining(next, ends) > NEAR_THE_END) {
      return;
    }
    if (!building.indexed()) {
      generations.index(next);
      wake();
      return;
    }
    Generation live =
        known.stream().filter(k -> k.state() == State.LIVE).findFirst().orElseThrow().generation();
    if (restingTicks > 0) {
      restingTicks--;
      return;
    }
    if (!generations.isNearlyLevel(live, next)) {
      return;
    }
    boolean swapped =
        generations.swap(
            live,
            next,
            (connection, progress) -> Rebuilds.finish(connection, next, progress, clock.instant()),
            APPLIERS_WAIT_MILLIS);
    restingTicks = swapped ? 0 : TICKS_PER_REST;
  }

  /** Somebody has changed what generations there are. */
  void wake() {
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
