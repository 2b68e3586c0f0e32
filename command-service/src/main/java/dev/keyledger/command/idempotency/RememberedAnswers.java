package dev.keyledger.command.idempotency;

import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.Refusal.IdempotencyKeyReused;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeysFile;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Answers that hold a secret, for as long as a client may ask for them again. Read and written in
 * the transaction of the decision, so that an answer is remembered if and only if its event is
 * true.
 */
@Component
public final class RememberedAnswers {
  private static final Duration LIFETIME = Duration.ofHours(24);

  /**
   * @param key {@code null} where the secret is a subscription's
   * @param subscription {@code null} where it is a key's
   * @param secret in clear only here; {@code null} where none was shown
   */
  public record Remembered(
      long position,
      Instant at,
      @Nullable Key key,
      @Nullable Subscription subscription,
      @Nullable String secret) {
    @Override
    public String toString() {
      return "answer at position " + position;
    }
  }

  private record Row(String serverKey, byte[] request, byte[] answer) {}

  private final AgreedClock clock;

  private final JdbcClient jdbc;
  private final ServerKeysFile keys;
  private final SecureRandom random;

  /**
   * @param clock by which an answer is forgotten: the same request would be answered with another
   *     secret from then on
   */
  RememberedAnswers(JdbcClient jdbc, ServerKeysFile keys, SecureRandom random, AgreedClock clock) {
    this.clock = clock;
    this.jdbc = jdbc;
    this.keys = keys;
    this.random = random;
  }

  /**
   * The answer that this request got before.
   *
   * @throws dev.keyledger.command.organization.RefusedException when another request got it
   */
  public Optional<Remembered> find(ClientKey client) {
    for (ServerKey server : keys.get().all(Purpose.IDEMPOTENCY)) {
      var derived = new AnswerKeys(server, client);
      Optional<Row> row = row(client, derived).filter(r -> r.serverKey().equals(server.id()));
      if (row.isPresent()) {
        if (!MessageDigest.isEqual(row.get().request(), derived.requestDigest())) {
          throw new IdempotencyKeyReused().toException();
        }
        return Optional.of(EventCodec.decode(derived.open(row.get().answer()), Remembered.class));
      }
    }
    return Optional.empty();
  }

  private Optional<Row> row(ClientKey client, AnswerKeys derived) {
    return jdbc.sql(
            """
            SELECT server_key, request, answer FROM remembered_answer
            WHERE organization = ? AND caller = ? AND operation = ? AND client_key = ? AND expires_at > ?
            """)
        .params(
            client.organization().value(),
            client.caller().value(),
            client.operation(),
            derived.lookup(),
            Timestamp.from(clock.instant()))
        .query((rs, n) -> new Row(rs.getString(1), rs.getBytes(2), rs.getBytes(3)))
        .optional();
  }

  /**
   * @throws org.springframework.dao.DuplicateKeyException when the same request is being answered
   *     at this very moment
   */
  public void remember(ClientKey client, Remembered answer) {
    ServerKey server = keys.get().current(Purpose.IDEMPOTENCY);
    var derived = new AnswerKeys(server, client);
    String[] place = {client.organization().value(), client.caller().value(), client.operation()};
    jdbc.sql(
            """
            DELETE FROM remembered_answer
            WHERE organization = ? AND caller = ? AND operation = ? AND client_key = ? AND expires_at <= ?
            """)
        .params(place[0], place[1], place[2], derived.lookup(), Timestamp.from(clock.instant()))
        .update();
    jdbc.sql(
            """
            INSERT INTO remembered_answer
              (organization, caller, operation, client_key, request, server_key, answer, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(
            place[0],
            place[1],
            place[2],
            derived.lookup(),
            derived.requestDigest(),
            server.id(),
            derived.seal(EventCodec.encode(answer), random),
            Timestamp.from(answer.at().plus(LIFETIME)))
        .update();
  }

  /** Forgets what no client may ask for any more; returns how many answers that were. */
  public int forgetExpired() {
    return jdbc.sql("DELETE FROM remembered_answer WHERE expires_at <= ?")
        .param(Timestamp.from(clock.instant()))
        .update();
  }
}
