package dev.keyledger.delivery.subscription;

import static dev.keyledger.delivery.subscription.SubscriptionTable.at;

import dev.keyledger.events.id.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the ledger says of collectors, and that there may be something for them. */
@Component
public final class CollectorRows {
  /**
   * For so long what comes is gathered before it is sent; history, from which it is read, has time
   * to learn of it.
   */
  private static final Duration GATHERED = Duration.ofSeconds(1);

  private final JdbcTemplate jdbc;

  CollectorRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Within the transaction that writes the subscription. */
  public void write(FoldedSubscription one, Instant now) {
    if (one.standing() == Standing.REMOVED) {
      jdbc.update(
          "delete from collector where organization = ? and subscription = ?",
          one.key().organization().uuid(),
          one.key().subscription().uuid());
      return;
    }
    boolean isActive = one.standing() == Standing.ACTIVE;
    jdbc.update(
        "insert into collector as c (organization, subscription, shown, ledger, due_at, news_at)"
            + " values (?, ?, ?, ?, ?, ?) on conflict (organization, subscription) do update set due_at ="
            + " excluded.due_at, news_at = excluded.news_at, failures = case when ? then 0 else"
            + " c.failures end, rests_until = case when ? then null else c.rests_until end",
        one.key().organization().uuid(),
        one.key().subscription().uuid(),
        one.state().showsToken(),
        one.createdPosition(),
        isActive ? at(now) : null,
        at(now),
        one.startsAnew(),
        one.startsAnew());
  }

  /**
   * Something happened in these organisations. In a transaction of its own: where it is lost, their
   * collectors are looked at a little later.
   */
  public void news(Collection<OrganizationId> organizations, Instant now) {
    if (organizations.isEmpty()) {
      return;
    }
    jdbc.update(
        "update collector c set due_at = ?, news_at = ? from (select organization, subscription"
            + " from collector where organization = any (?::uuid[]) and due_at > ? order by"
            + " organization, subscription for update) told where c.organization ="
            + " told.organization and c.subscription = told.subscription",
        at(now.plus(GATHERED)),
        at(now),
        organizations.stream().map(one -> one.uuid().toString()).toArray(String[]::new),
        at(now.plus(GATHERED)));
  }
}
