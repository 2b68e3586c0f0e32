package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.database.Batches;
import dev.keyledger.token.enforcement.access.AccessSettings;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The sessions and tokens that this service has ended within the longest life of a token, as
 * PostgreSQL remembers them; that Kafka may have lost them changes nothing.
 */
@Component
public final class SentRevocations {
  private final JdbcClient jdbc;
  private final AccessSettings settings;
  private final AgreedClock clock;

  SentRevocations(JdbcClient jdbc, AccessSettings settings, AgreedClock clock) {
    this.jdbc = jdbc;
    this.settings = settings;
    this.clock = clock;
  }

  /** All of them, also what hasn't reached Kafka yet. */
  public void forEach(Consumer<Revocation> revocations) {
    jdbc.sql(
            """
            select body from outbox where topic = :topic
            union all
            select body from outbox_sent where topic = :topic and sent_at >= :since
            """)
        .param("topic", Topics.REVOCATIONS)
        .param("since", since())
        .query(row -> {
          revocations.accept(EventCodec.decode(row.getBytes("body"), Revocation.class));
        });
  }

  /** Whether a topic of that id holds all of them that were sent. */
  public boolean areIn(String topicId) {
    return jdbc.sql("select count(*) from outbox_topic where topic = :topic and topic_id = :id")
            .param("topic", Topics.REVOCATIONS)
            .param("id", topicId)
            .query(Long.class)
            .single()
        == 1;
  }

  @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT1H")
  void sweep() {
    Batches.deleteAll(atMost ->
        jdbc.sql(
                """
                delete from outbox_sent where id in (
                  select id from outbox_sent where sent_at < :since
                  order by sent_at limit :atMost for update skip locked)
                """)
            .param("since", since())
            .param("atMost", atMost)
            .update());
  }

  private OffsetDateTime since() {
    return clock.instant().minus(settings.access().revocationsHorizon()).atOffset(ZoneOffset.UTC);
  }
}
