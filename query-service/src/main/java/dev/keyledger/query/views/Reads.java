package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.text.Timestamp;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.versions.ViewVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The way of every read: whose organisation, at which position, in one snapshot of the view version
 * that serves, and the answer says the position.
 */
@Component
public final class Reads {
  public static final String POSITION = "Keyledger-Position";

  /** Of a past state: the time by which ends counted in it. */
  static final String AS_OF = "Keyledger-As-Of";

  /** How long {@code at_least} waits. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int VERSIONS_TRIED = 5;
  private static final int SNAPSHOT_SECONDS = 10;

  private final JdbcClient jdbc;
  private final TransactionTemplate snapshots;
  private final PositionWaiter waiter;
  private final Clock clock;

  Reads(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      PositionWaiter waiter,
      Clock clock) {
    this.jdbc = jdbc;
    this.snapshots = new TransactionTemplate(transactions);
    snapshots.setReadOnly(true);
    snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    snapshots.setTimeout(SNAPSHOT_SECONDS);
    this.waiter = waiter;
    this.clock = clock;
  }

  /**
   * @param org id or slug
   * @throws dev.keyledger.kit.web.ProblemException 403 {@code forbidden} for another caller's
   *     organisation, 404 {@code organization_not_found}, 504 {@code not_yet}
   */
  public <T> ResponseEntity<T> of(
      Caller caller, String org, @Nullable String atLeast, Function<Snapshot, T> read) {
    return answer(caller, org, Parameters.atLeast(atLeast), snapshot -> now(snapshot, read));
  }

  /**
   * The same, or as it was. A position that is asked for is one that the answer has to reflect.
   *
   * @throws dev.keyledger.kit.web.ProblemException as above; 404 also before there was such an
   *     organisation
   */
  <T> ResponseEntity<T> of(
      Caller caller,
      String org,
      @Nullable String atLeast,
      @Nullable AsOf asOf,
      Function<Snapshot, T> present,
      Function<Past, T> past) {
    return asOf == null
        ? of(caller, org, atLeast, present)
        : answer(
            caller,
            org,
            later(Parameters.atLeast(atLeast), asOf.position()),
            snapshot -> then(snapshot, asOf, past));
  }

  /** What {@code as_of} and the like ask for; {@code null} for the present. */
  @Nullable AsOf asOf(String name, @Nullable String text) {
    return Parameters.asOf(name, text, clock.instant());
  }

  /**
   * The present, as {@link Past} has a state. It is all that there is: the clock of a replica that
   * decided may have been ahead of this one's.
   */
  Past present(Snapshot snapshot) {
    return new Past(snapshot, snapshot.position(), Instant.ofEpochMilli(clock.millis()));
  }

  private static @Nullable Long later(@Nullable Long one, @Nullable Long other) {
    return one == null || (other != null && other > one) ? other : one;
  }

  private <T> ResponseEntity<T> answer(
      Caller caller, String org, @Nullable Long due, Function<Snapshot, Read<T>> read) {
    String name = nameOf(caller, org);
    // The wait is asked first: one statement for all that wait, where each would have a snapshot.
    if (due != null) {
      awaitPosition(name, due);
    }
    Read<T> done =
        attempt(name, due, read)
            .orElseThrow(
                () -> HaltedViews.mark(due == null ? notFound() : notYet(), haltedReason(name)));
    var answer =
        ResponseEntity.ok()
            .cacheControl(CacheControl.noStore())
            .header(POSITION, String.valueOf(done.position()));
    if (done.asOf() != null) {
      answer.header(AS_OF, Timestamp.text(done.asOf()));
    }
    return HaltedViews.mark(answer, done.halted()).body(done.result());
  }

  /**
   * @param asOf {@code null} for the present
   */
  private record Read<T>(
      long position, @Nullable Instant asOf, @Nullable String halted, T result) {}

  private <T> Optional<Read<T>> attempt(
      String name, @Nullable Long due, Function<Snapshot, Read<T>> read) {
    return inSnapshot(live ->
        find(live, name)
            .filter(snapshot -> due == null || snapshot.position() >= due)
            .map(snapshot -> answerOf(snapshot, read)));
  }

  private static <T> Read<T> now(Snapshot snapshot, Function<Snapshot, T> read) {
    return new Read<>(snapshot.position(), null, snapshot.halted(), read.apply(snapshot));
  }

  // What is behind the end of the views can't have changed what was before.
  private static <T> Read<T> then(Snapshot snapshot, AsOf asOf, Function<Past, T> read) {
    Past past = Past.of(snapshot, asOf).orElseThrow(Reads::notFound);
    String halted = past.position() == snapshot.position() ? snapshot.halted() : null;
    return new Read<>(past.position(), past.at(), halted, read.apply(past));
  }

  /** What isn't there may be what the views don't come to. */
  private static <T> T answerOf(Snapshot snapshot, Function<Snapshot, T> read) {
    try {
      return read.apply(snapshot);
    } catch (ProblemException refusal) {
      throw HaltedViews.mark(refusal, snapshot.halted());
    }
  }

  private @Nullable String haltedReason(String organization) {
    return inSnapshot(live -> HaltedViews.reason(jdbc, live, idOf(organization))).orElse(null);
  }

  /**
   * Runs a read in one snapshot. A view version that was replaced and dropped between its pointer's
   * reading and its tables' is no error: the next attempt sees the new one.
   */
  <T> T inSnapshot(Function<ViewVersion, T> read) {
    for (int tried = 1; ; tried++) {
      var pointedTo = new AtomicReference<@Nullable ViewVersion>();
      try {
        return Objects.requireNonNull(
            snapshots.execute(status -> {
              ViewVersion live = live(jdbc);
              pointedTo.set(live);
              return read.apply(live);
            }));
      } catch (BadSqlGrammarException e) {
        if (tried == VERSIONS_TRIED || live(jdbc).equals(pointedTo.get())) {
          throw e;
        }
      }
    }
  }

  /**
   * The same for another service of the platform, which has found out itself who is told; empty
   * where there is no such organisation.
   */
  <T> Optional<T> internally(OrganizationId organization, Function<Snapshot, T> read) {
    return inSnapshot(live -> find(live, organization.value()).map(read));
  }

  void awaitPosition(String organization, long position) {
    PositionWaiter.Waited waited = waiter.await(organization, position, PATIENCE);
    if (!waited.reached()) {
      throw HaltedViews.mark(notYet(), waited.halted());
    }
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  public static ViewVersion live(JdbcClient jdbc) {
    return new ViewVersion(
        jdbc.sql("select generation from generations where state = 'live'")
            .query(Integer.class)
            .single());
  }

  static Optional<OrganizationId> idOf(String name) {
    if (!name.startsWith(OrganizationId.PREFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new OrganizationId(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  // Who belongs to one organisation sees that one, whatever the path calls it; that the path
  // names it was checked before the handler, and is again.
  private static String nameOf(Caller caller, String org) {
    if (!caller.belongsTo(org)) {
      throw Problem.of(403, "forbidden", "This is not yours to see.").toException();
    }
    return switch (caller.kind()) {
      case OPERATOR, SERVICE -> org;
      case MEMBER, API_KEY -> caller.organization() == null ? org : caller.organization().value();
    };
  }

  private Optional<Snapshot> find(ViewVersion live, String name) {
    Optional<UUID> organization =
        idOf(name)
            .map(id -> Optional.of(id.uuid()))
            .orElseGet(() ->
                jdbc.sql(live.sql("select organization from organizations@ where slug = :slug"))
                    .param("slug", name)
                    .query(UUID.class)
                    .optional());
    return organization.flatMap(id ->
        jdbc.sql(
                live.sql(
                    "select position, "
                        + HaltedViews.REASON
                        + " from positions@ where organization = :organization"))
            .param("organization", id)
            .query((row, n) ->
                new Snapshot(jdbc, live, OrganizationId.of(id), row.getLong(1), row.getString(2)))
            .optional());
  }

  private static ProblemException notFound() {
    return Problem.of(404, "organization_not_found", "There is no such organisation.")
        .toException();
  }

  private static ProblemException notYet() {
    return Problem.of(
            504, "not_yet", "The views don't reflect that position yet; it is worth asking again.")
        .withHeader("Retry-After", "1")
        .toException();
  }
}
