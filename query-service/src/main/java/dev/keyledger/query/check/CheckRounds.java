package dev.keyledger.query.check;

import dev.keyledger.query.rounds.BackgroundRounds;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.views.Reads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.stereotype.Component;

/** Compares everything, again and again, or at once for who asks; on one replica at a time. */
@Component
class CheckRounds extends BackgroundRounds {
  private static final Logger log = LoggerFactory.getLogger(CheckRounds.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final String PLATFORM = "log";
  private static final String ORGANIZATIONS = "views";
  private static final String LEDGER = "ledger";
  private static final int PAGE = 200;

  private final Passes passes;
  private final Findings findings;
  private final Snapshots snapshots;
  private final PlatformLogCheck platform;
  private final OrganizationCheck organization;
  private final LedgerCheck ledger;
  private final TopicCheck topic;
  private final CheckSettings settings;
  private final LongSupplier nanoTime = System::nanoTime;
  private final String holder = UUID.randomUUID().toString();
  private volatile long count;
  private volatile long endedAt = System.nanoTime();

  CheckRounds(
      Passes passes,
      Findings findings,
      Snapshots snapshots,
      PlatformLogCheck platform,
      OrganizationCheck organization,
      LedgerCheck ledger,
      TopicCheck topic,
      CheckSettings settings,
      MeterRegistry meters,
      Clock clock) {
    super("log-check", "history cannot be compared", LOOK_EVERY, Duration.ZERO);
    this.passes = passes;
    this.findings = findings;
    this.snapshots = snapshots;
    this.platform = platform;
    this.organization = organization;
    this.ledger = ledger;
    this.topic = topic;
    this.settings = settings;
    Gauge.builder("keyledger.log.check.findings", () -> count)
        .description("What was found of history that isn't as it was: above 0 is an alarm")
        .register(meters);
    Gauge.builder("keyledger.log.check.age", () -> secondsSince(clock))
        .baseUnit("seconds")
        .description("How long ago a pass ended that compared history as a whole")
        .register(meters);
  }

  private volatile Instant wholeAt = Instant.EPOCH;

  private double secondsSince(Clock clock) {
    return wholeAt.equals(Instant.EPOCH)
        ? -1
        : Duration.between(wholeAt, clock.instant()).toMillis() / 1_000.0;
  }

  long found() {
    return count;
  }

  /** A pass that begins after now. */
  long ask() {
    long pass = passes.ask();
    due();
    return pass;
  }

  @Override
  protected void round() {
    try {
      boolean due = nanoTime.getAsLong() - endedAt > settings.interval().toNanos();
      Optional<Passes.PassTurn> turn = passes.take(holder, due);
      if (turn.isPresent()) {
        findings.begin();
        pass(new Pass(passes, findings, holder, turn.get(), settings, this::goesOn));
      }
      count = findings.count();
      passes.wholeAt().ifPresent(at -> wholeAt = at);
    } catch (Pass.EndedException e) {
      log.info("the comparison of history goes on elsewhere, or later");
    }
  }

  private void pass(Pass pass) {
    String stage = pass.turn().stage();
    String cursor = pass.turn().cursor();
    if (stage.isEmpty() || stage.equals(PLATFORM)) {
      pass.reached(PLATFORM, "");
      platform.check(pass);
    }
    if (stage.isEmpty() || stage.equals(PLATFORM) || stage.equals(ORGANIZATIONS)) {
      organizations(pass, stage.equals(ORGANIZATIONS) ? cursor : "");
    }
    if (!stage.equals(TopicCheck.STAGE)) {
      pass.reached(LEDGER, "");
      ledger.check(pass);
    }
    topic.check(pass, stage.equals(TopicCheck.STAGE) ? Integer.parseInt(cursor) : 0);
    pass.end();
    endedAt = nanoTime.getAsLong();
  }

  private void organizations(Pass pass, String cursor) {
    UUID after = cursor.isEmpty() ? new UUID(0, 0) : UUID.fromString(cursor);
    while (true) {
      List<UUID> page = page(after);
      for (UUID one : page) {
        check(pass, one);
        pass.reached(ORGANIZATIONS, one.toString());
      }
      if (page.size() < PAGE) {
        return;
      }
      after = page.getLast();
    }
  }

  // A view version may be replaced and dropped meanwhile: what serves now is compared then.
  private void check(Pass pass, UUID one) {
    ViewVersion live = Reads.live(snapshots.jdbc());
    try {
      organization.check(pass, live, one);
    } catch (BadSqlGrammarException e) {
      if (live.equals(Reads.live(snapshots.jdbc()))) {
        throw e;
      }
      check(pass, one);
    }
  }

  /** Those that the views know, those of which they have events, and those of which was signed. */
  private List<UUID> page(UUID after) {
    return snapshots
        .jdbc()
        .sql(
            Reads.live(snapshots.jdbc())
                .sql(
                    """
                    with recursive with_events (organization) as (
                      (select organization from events@ where organization > :after order by organization limit 1)
                      union all
                      select (select e.organization from events@ e where e.organization > w.organization
                        order by e.organization limit 1)
                      from with_events w where w.organization is not null
                    ), entered (organization) as (
                      (select organization from platform_log where organization > :after order by organization limit 1)
                      union all
                      select (select l.organization from platform_log l where l.organization > n.organization
                        order by l.organization limit 1)
                      from entered n where n.organization is not null
                    )
                    (select organization from (select organization from with_events where organization is not null
                      limit :page) w)
                    union
                    (select organization from (select organization from entered where organization is not null
                      limit :page) n)
                    union
                    (select organization from positions@ where organization > :after order by organization limit :page)
                    order by 1 limit :page
                    """))
        .param("after", after)
        .param("page", PAGE)
        .query(UUID.class)
        .list();
  }
}
