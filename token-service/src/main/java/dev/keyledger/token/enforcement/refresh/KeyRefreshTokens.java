package dev.keyledger.token.enforcement.refresh;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.Code;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Refresh families of keys in PostgreSQL. Only hashes are kept. A rotation holds the family's row,
 * so of concurrent presentations one wins; the others find a used token, and get what that one got
 * where they are told for its retries ({@link RefreshRule#kept}).
 */
@Component
public final class KeyRefreshTokens {
  /** Tells a refresh token from every other credential at a glance. */
  public static final String PREFIX = "klrt_";

  private static final int BYTES = 32;

  private final KeyRefreshTable table;
  private final TransactionOperations transactions;
  private final RefreshRule rule;
  private final KeyRefreshSettings settings;
  private final SecureRandom random;

  KeyRefreshTokens(
      KeyRefreshTable table,
      TransactionOperations transactions,
      RefreshRule rule,
      KeyRefreshSettings settings,
      SecureRandom random) {
    this.table = table;
    this.transactions = transactions;
    this.rule = rule;
    this.settings = settings;
    this.random = random;
  }

  /**
   * Begins a family with its first token. Of one key the oldest beyond {@link
   * KeyRefreshSettings#families} is forgotten, so that a token of it is unknown.
   */
  public SecretText begin(KeyRefreshFamily family) {
    SecretText first = mint();
    transactions.executeWithoutResult(status -> {
      table.insert(family);
      table.insertToken(family, hash(first.revealSecret()), family.begunAt());
      table.forgetBeyond(family, settings.families());
    });
    return first;
  }

  /** Exchanges the token for the next pair, or gives the one again that it was exchanged for. */
  public Rotation rotate(RefreshAttempt attempt, KeyExchange exchange) {
    Rotation rotation =
        transactions.execute(status -> {
          KeyRefreshTable.Row row = lock(attempt.token()).orElse(null);
          return row == null
              ? new Rotation.Refused(Code.NOT_FOUND)
              : exchange
                  .notAdmitted(row.family())
                  .orElseGet(() -> admitted(row, attempt, exchange));
        });
    return Objects.requireNonNull(rotation);
  }

  private Rotation admitted(KeyRefreshTable.Row row, RefreshAttempt attempt, KeyExchange exchange) {
    var presented = new Presented(row);
    Optional<RefreshRule.Kept> kept = rule.kept(presented, attempt);
    if (kept.isPresent() && kept.get().isRetry(exchange.reuseInterval(row.family()))) {
      return switch (exchange.outcome(row.family())) {
        case KeyExchange.Nothing nothing -> nothing.because();
        case KeyExchange.Access access -> new Rotation.Rotated(kept.get().again());
      };
    }
    return switch (rule.standing(presented, attempt.at())) {
      case REUSED, ENDED -> new Rotation.Refused(Code.REVOKED);
      case EXPIRED -> new Rotation.Refused(Code.EXPIRED);
      case LIVE ->
          switch (exchange.outcome(row.family())) {
            case KeyExchange.Nothing nothing -> nothing.because();
            case KeyExchange.Access access -> rotate(row, access, attempt, exchange);
          };
    };
  }

  private Rotation rotate(
      KeyRefreshTable.Row row,
      KeyExchange.Access access,
      RefreshAttempt attempt,
      KeyExchange exchange) {
    KeyRefreshFamily before = row.family();
    Instant at = attempt.at();
    Instant end = exchange.endOfNext(before, row.issuedAt());
    if (!at.isBefore(end)) {
      return new Rotation.Refused(Code.EXPIRED);
    }
    if (table.hasUsed(before, settings.refreshes())) {
      table.end(before, at);
      return new Rotation.Refused(Code.REVOKED);
    }
    KeyRefreshFamily family = before.until(end);
    var pair = new Successor(access.token().get(), mint(), end, access.scope());
    table.use(
        family,
        hash(attempt.token()),
        at,
        exchange.reuseInterval(family) == null ? null : SealedSuccessor.of(pair, attempt, random));
    table.move(family);
    table.insertToken(family, hash(pair.refresh().revealSecret()), at);
    return new Rotation.Rotated(pair);
  }

  private final class Presented implements PresentedFamily {
    private final KeyRefreshTable.Row row;

    Presented(KeyRefreshTable.Row row) {
      this.row = row;
    }

    @Override
    public boolean wasUsed() {
      return row.used();
    }

    @Override
    public boolean hasEnded() {
      return row.ended();
    }

    @Override
    public @Nullable SealedSuccessor successor() {
      return row.successor();
    }

    @Override
    public Instant expiresAt() {
      return row.family().expiresAt();
    }

    @Override
    public boolean end(Instant at) {
      return table.end(row.family(), at);
    }

    @Override
    public OrganizationId organization() {
      return row.family().organization();
    }

    @Override
    public @Nullable PersonId person() {
      return null;
    }

    @Override
    public @Nullable SessionId session() {
      return null;
    }

    @Override
    public KeyId key() {
      return row.family().key();
    }
  }

  /**
   * Ends the family that the token belongs to; one that is unknown leaves nothing to do.
   *
   * @param mayEnd whether the client that asks may
   * @return false when it may not
   */
  public boolean end(String presented, Instant at, Predicate<KeyRefreshFamily> mayEnd) {
    return Boolean.TRUE.equals(
        transactions.execute(status -> {
          KeyRefreshFamily family = lock(presented).map(KeyRefreshTable.Row::family).orElse(null);
          if (family != null && !mayEnd.test(family)) {
            return false;
          }
          if (family != null) {
            table.end(family, at);
          }
          return true;
        }));
  }

  /**
   * Deletes what no presentation can bring back: families that have run out, and of the others the
   * dead tokens that would have.
   */
  public void forgetBefore(Instant instant) {
    table.forgetBefore(instant);
  }

  /** Forgets what is no longer given again; by PostgreSQL's time. */
  public void forgetSuccessorsBefore(Instant instant) {
    table.forgetSuccessorsBefore(instant);
  }

  private Optional<KeyRefreshTable.Row> lock(String presented) {
    return presented.startsWith(PREFIX) ? table.lock(hash(presented)) : Optional.empty();
  }

  private SecretText mint() {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new SecretText(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  // As random as the token is, a plain hash of it tells nothing.
  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
