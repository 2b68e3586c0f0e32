package dev.keyledger.delivery.subscription;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** By what subscriptions' messages are signed, sealed as the relay said it last. */
@Component
public final class SecretsTable {
  private static final Comparator<SubscriptionKey> BY_ID =
      Comparator.comparing(key -> key.subscription().value());

  private final JdbcTemplate jdbc;

  SecretsTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Of each subscription what stands at the highest position counts. Within a transaction. */
  public void write(List<SubscriptionRecord> records) {
    // No row may be written twice by one statement.
    Map<SubscriptionKey, SubscriptionRecord> newest = new TreeMap<>(BY_ID);
    for (SubscriptionRecord one : records) {
      newest.merge(
          new SubscriptionKey(one.organization(), one.subscription()),
          one,
          (before, now) -> before.position() < now.position() ? now : before);
    }
    jdbc.batchUpdate(
        "insert into secrets as s (organization, subscription, position, usable, record) values (?,"
            + " ?, ?, ?, ?) on conflict (organization, subscription) do update set position ="
            + " excluded.position, usable = excluded.usable, record = excluded.record where"
            + " s.position < excluded.position",
        newest.values(),
        500,
        (statement, one) -> {
          statement.setObject(1, one.organization().uuid());
          statement.setObject(2, one.subscription().uuid());
          statement.setLong(3, one.position());
          statement.setBoolean(4, !one.secrets().isEmpty());
          statement.setBytes(5, EventCodec.encode(one));
        });
  }
}
