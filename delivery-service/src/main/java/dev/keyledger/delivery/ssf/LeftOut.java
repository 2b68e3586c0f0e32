package dev.keyledger.delivery.ssf;

import dev.keyledger.delivery.webhook.SubscriptionKey;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Subjects that a receiver isn't told of, since it has removed them from its stream. */
@Component
public final class LeftOut {
  private static final int MOST = 10_000;
  private static final Pattern KNOWN = Pattern.compile("(?:per|key)_[0-9a-f-]{36}");
  private static final String ONE = " where organization = ? and subscription = ? and subject = ?";

  private final JdbcTemplate jdbc;

  LeftOut(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Of whom something could be told; whether there is such a one is nothing to be told here.
   *
   * @throws ProblemException 404 {@code subject_not_found} for any other form
   */
  static String known(StreamControls.Subject subject, String issuer) {
    String sub = subject.sub();
    if ("iss_sub".equals(subject.format())
        && issuer.equals(subject.iss())
        && sub != null
        && KNOWN.matcher(sub).matches()) {
      return sub;
    }
    throw Problem.of(404, "subject_not_found", "There is no such subject.").toException();
  }

  void add(SubscriptionKey key, String subject) {
    jdbc.update(
        "delete from left_out" + ONE,
        key.organization().uuid(),
        key.subscription().uuid(),
        subject);
  }

  /**
   * @throws ProblemException 409 {@code too_many_subjects}
   */
  void remove(SubscriptionKey key, String subject) {
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
