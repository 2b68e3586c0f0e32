package dev.keyledger.delivery.subscription;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Subjects that a receiver isn't told of, since it has removed them from its stream. */
@Component
public final class LeftOut {
  private static final int MOST = 10_000;
  private static final String ONE = " where organization = ? and subscription = ? and subject = ?";

  private final JdbcTemplate jdbc;

  LeftOut(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  public void add(SubscriptionKey key, String subject) {
    jdbc.update(
        "delete from left_out" + ONE,
        key.organization().uuid(),
        key.subscription().uuid(),
        subject);
  }

  /**
   * @throws ProblemException 409 {@code too_many_subjects}
   */
  public void remove(SubscriptionKey key, String subject) {
    int added =
        jdbc.update(
            "insert into left_out select ?, ?, ? where (select count(*) from left_out where"
                + " organization = ? and subscription = ?) < ? on conflict do nothing",
            key.organization().uuid(),
            key.subscription().uuid(),
            subject,
            key.organization().uuid(),
            key.subscription().uuid(),
            MOST);
    if (added == 0 && !has(key, subject)) {
      throw Problem.of(409, "too_many_subjects", "As many subjects are removed as can be.")
          .toException();
    }
  }

  public boolean hasAny(SubscriptionKey key) {
    return !jdbc.queryForList(
            "select 1 from left_out where organization = ? and subscription = ? limit 1",
            Integer.class,
            key.organization().uuid(),
            key.subscription().uuid())
        .isEmpty();
  }

  public boolean has(SubscriptionKey key, String subject) {
    return !jdbc.queryForList(
            "select 1 from left_out" + ONE,
            Integer.class,
            key.organization().uuid(),
            key.subscription().uuid(),
            subject)
        .isEmpty();
  }
}
