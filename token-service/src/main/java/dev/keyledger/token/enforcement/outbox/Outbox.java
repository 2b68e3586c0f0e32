package dev.keyledger.token.enforcement.outbox;

import com.github.f4b6a3.uuid.alt.GUID;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.access.LocalRevocations;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Takes what has to reach Kafka into the caller's transaction. What ended takes effect in this
 * replica right after the commit, and the relay is woken.
 */
public final class Outbox {
  private final JdbcClient jdbc;
  private final LocalRevocations local;
  private final Runnable wakeRelay;
  private final SecureRandom random;

  Outbox(JdbcClient jdbc, LocalRevocations local, Runnable wakeRelay, SecureRandom random) {
    this.jdbc = jdbc;
    this.local = local;
    this.wakeRelay = wakeRelay;
    this.random = random;
  }

  /**
   * Ends a session and every access token of it. A caller that ends several in one transaction does
   * it in the order of their streams, or two of them could wait for one another.
   */
  public StreamPosition endSession(
      SessionId session, @Nullable OrganizationId organization, PersonId person, Instant at) {
    return end(
        Revocation.Subject.SESSION,
        session.value(),
        organization,
        streamOf(organization, person.value()),
        at,
        null);
  }

  /**
   * Ends one access token.
   *
   * @param jti of the token
   * @param subject its owner, whose stream it is where there is no organisation
   * @param expiresAt when it would have died by itself
   */
  public StreamPosition endToken(
      String jti,
      @Nullable OrganizationId organization,
      String subject,
      Instant at,
      Instant expiresAt) {
    return end(
        Revocation.Subject.TOKEN,
        jti,
        organization,
        streamOf(organization, subject),
        at,
        expiresAt);
  }

  public static String streamOf(@Nullable OrganizationId organization, String person) {
    return "sessions:" + (organization == null ? person : organization.value());
  }

  private StreamPosition end(
      Revocation.Subject subject,
      String id,
      @Nullable OrganizationId organization,
      String stream,
      Instant at,
      @Nullable Instant expiresAt) {
    requireTransaction();
    long position = nextPosition(stream);
    var revocation =
        new Revocation(
            organization,
            stream,
            position,
            position == 0 ? null : position - 1,
            subject,
            id,
            at.plusMillis(1), // What was issued in the same millisecond is meant too.
            Revocation.Effect.END,
            true,
            at,
            expiresAt,
            null);
    String owner = stream.substring(stream.indexOf(':') + 1);
    put(
        List.of(
            new OutboxRecord(
                Topics.REVOCATIONS,
                Topics.partitionOf(owner),
                stream,
                newEventId(at).value(),
                "revocation",
                id,
                organization == null ? null : organization.value(),
                position,
                EventCodec.encode(revocation),
                at)));
    afterCommit(() -> local.apply(revocation));
    return new StreamPosition(stream, position);
  }

  // The stream's row stays locked until the commit: positions become visible in their order.
  private long nextPosition(String stream) {
    return jdbc.sql(
            """
            insert into outbox_stream (stream, last_position) values (:stream, 0)
            on conflict (stream) do update set last_position = outbox_stream.last_position + 1
            returning last_position
            """)
        .param("stream", stream)
        .query(Long.class)
        .single();
  }

  /** Records what happened to whom. Neither an address nor an e-mail address belongs into it. */
  public void record(Happening happening) {
    record(List.of(happening));
  }

  /** All of them in one statement, however many they are. */
  public void record(Collection<Happening> happenings) {
    requireTransaction();
    if (happenings.isEmpty()) {
      return;
    }
    put(happenings.stream().map(this::activity).toList());
    afterCommit(() -> {});
  }

  private OutboxRecord activity(Happening happened) {
    EventId id = newEventId(happened.at());
    OrganizationId organization = happened.organization();
    PersonId person = happened.person();
    var activity =
        new Activity(
            id,
            happened.kind(),
            organization,
            person,
            happened.session(),
            happened.code(),
            happened.at(),
            happened.key(),
            null,
            happened.network());
    String owner =
        organization != null ? organization.value() : person != null ? person.value() : id.value();
    return new OutboxRecord(
        Topics.ACTIVITY,
        Topics.partitionOf(owner),
        owner,
        id.value(),
        "activity",
        owner,
        organization == null ? null : organization.value(),
        null,
        EventCodec.encode(activity),
        happened.at());
  }

  private void put(List<OutboxRecord> rows) {
    jdbc.sql(
            """
            insert into outbox (topic, partition, record_key, event_id, event_type, subject, organization,
                                position, body, happened_at)
            select topic, partition, record_key, event_id, event_type, subject, organization, position, body, at
            from unnest(:topics::text[], :partitions::integer[], :keys::text[], :eventIds::text[], :types::text[],
                        :subjects::text[], :organizations::text[], :positions::bigint[], :bodies::bytea[],
                        :ats::text[]::timestamptz[]) with ordinality
              as given (topic, partition, record_key, event_id, event_type, subject, organization, position,
                        body, at, n)
            order by n
            """)
        .param("topics", texts(rows, OutboxRecord::topic))
        .param("partitions", rows.stream().map(OutboxRecord::partition).toArray(Integer[]::new))
        .param("keys", texts(rows, OutboxRecord::key))
        .param("eventIds", texts(rows, OutboxRecord::eventId))
        .param("types", texts(rows, OutboxRecord::type))
        .param("subjects", texts(rows, OutboxRecord::subject))
        .param("organizations", texts(rows, OutboxRecord::organization))
        .param("positions", rows.stream().map(OutboxRecord::position).toArray(Long[]::new))
        .param("bodies", rows.stream().map(OutboxRecord::body).toArray(byte[][]::new))
        .param("ats", texts(rows, row -> row.at().toString()))
        .update();
  }

  private static @Nullable String[] texts(
      List<OutboxRecord> rows, Function<OutboxRecord, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private EventId newEventId(Instant at) {
    return EventId.of(GUID.v7(at, random).toUUID());
  }

  private void afterCommit(Runnable action) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            action.run();
            wakeRelay.run();
          }
        });
  }

  private static void requireTransaction() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("the outbox is only written in a transaction");
    }
  }
}
