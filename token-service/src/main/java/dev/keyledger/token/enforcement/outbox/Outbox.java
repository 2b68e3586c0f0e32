package dev.keyledger.token.enforcement.outbox;

import com.github.f4b6a3.uuid.alt.GUID;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.access.LocalRevocations;
import java.security.SecureRandom;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
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
            at));
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
  public void record(
      Activity.Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable String code,
      Instant at) {
    record(kind, organization, person, session, null, code, at);
  }

  /**
   * The same, where it happened to a key.
   *
   * @param key {@code null} where it didn't
   */
  public void record(
      Activity.Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable KeyId key,
      @Nullable String code,
      Instant at) {
    requireTransaction();
    EventId id = newEventId(at);
    var activity = new Activity(id, kind, organization, person, session, code, at, key, null);
    String owner =
        organization != null ? organization.value() : person != null ? person.value() : id.value();
    put(
        new OutboxRecord(
            Topics.ACTIVITY,
            Topics.partitionOf(owner),
            owner,
            id.value(),
            "activity",
            owner,
            organization == null ? null : organization.value(),
            null,
            EventCodec.encode(activity),
            at));
    afterCommit(() -> {});
  }

  private void put(OutboxRecord row) {
    jdbc.sql(
            """
            insert into outbox (topic, partition, record_key, event_id, event_type, subject, organization,
                                position, body, happened_at)
            values (:topic, :partition, :key, :eventId, :type, :subject, :organization, :position, :body, :at)
            """)
        .param("topic", row.topic())
        .param("partition", row.partition())
        .param("key", row.key())
        .param("eventId", row.eventId())
        .param("type", row.type())
        .param("subject", row.subject())
        .param("organization", row.organization(), Types.VARCHAR)
        .param("position", row.position(), Types.BIGINT)
        .param("body", row.body())
        .param("at", row.at().atOffset(ZoneOffset.UTC))
        .update();
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
