package dev.keyledger.token.identity.people;

import dev.keyledger.kit.web.bounds.Network;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Counts failed proofs by account and factor, and by address, for all replicas. The tenth failure
 * locks, each further one for twice as long; what is tried while either is locked counts for
 * neither. A success forgives an account's failures, and its address those that it counted of this
 * account: an attacker restores no budget for guessing at others by signing in as themselves.
 *
 * <p>At a network that is known of its person the account has a counter of its own, and that alone
 * locks it there: who guesses elsewhere, or at others from the same address, locks nobody out who
 * has signed in there before.
 */
final class LockOut {
  private static final String OF = "lock-out ";
  private static final String WHOSE = "whose";
  private static final String WHOSE_BOTH = "whose at addresses";

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final DataKeys keys;
  private final PeopleSettings.LockOut settings;

  LockOut(
      JdbcClient jdbc,
      TransactionOperations transactions,
      DataKeys keys,
      PeopleSettings.LockOut settings) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.keys = keys;
    this.settings = settings;
  }

  /**
   * Whose failures count together.
   *
   * @param account a keyed hash of the account and the factor, and of the network if that is known
   * @param address a keyed hash of the address, or of its network of 64 bits for IPv6
   * @param both a keyed hash of the two: how much of the address's count is this account's
   * @param whose a keyed hash of the e-mail address alone, by which an erasure finds the first
   * @param whoseBoth the same, for the third
   * @param known whether its person has signed in from the network before
   */
  record Subject(
      byte[] account, byte[] address, byte[] both, byte[] whose, byte[] whoseBoth, boolean known) {
    /** What locks it. */
    private List<byte[]> locking() {
      return known ? List.of(account) : List.of(account, address);
    }

    private boolean isLocked(Count account, Count address, Instant at) {
      return account.isLocked(at) || (!known && address.isLocked(at));
    }
  }

  /** An account that may or may not exist: an unknown one locks just the same. */
  Subject subject(EmailAddress email, String address, Factor factor, boolean known) {
    String network = Network.of(address).name();
    String accounts =
        switch (factor) {
          case PASSWORD -> "accounts";
          case CODE -> "codes of accounts";
        };
    return new Subject(
        known
            ? hash(
                accounts + " at known networks",
                KnownNetworks.around(address) + " " + email.value())
            : hash(accounts, email.value()),
        hash("addresses", network),
        hash(accounts + " at addresses", network + " " + email.value()),
        hash(WHOSE, email.value()),
        hash(WHOSE_BOTH, email.value()),
        known);
  }

  // Counts begin anew when the server's key is succeeded, which no guesser can bring about.
  private byte[] hash(String what, String text) {
    return keys.index(OF + what, text).bytes();
  }

  /**
   * What a guess comes to that was looked at already: of however many at once, those that come to
   * this behind the one that locks fail, whichever of them is right.
   */
  Verdict judge(Subject subject, boolean right, Instant at) {
    return right && !isLocked(subject, at) ? Verdict.RIGHT : count(subject, at);
  }

  boolean isLocked(Subject subject, Instant at) {
    return jdbc.sql(
            """
            select exists (select from lock_out
                           where subject in (:subjects) and locked_until > :at)
            """)
        .param("subjects", subject.locking())
        .param("at", Column.of(at))
        .query(Boolean.class)
        .single();
  }

  /**
   * The same statements run whether it is locked or not.
   *
   * @return {@link Verdict#WRONG}, {@link Verdict#LOCKS} of the one that locks, {@link
   *     Verdict#LOCKED} of what comes behind it
   */
  Verdict count(Subject subject, Instant at) {
    return Objects.requireNonNull(
        transactions.execute(status -> {
          // Always in this order, so that no two transactions wait for one another.
          Count account = locked(subject.account(), subject.whose(), at);
          Count both = locked(subject.both(), subject.whoseBoth(), at);
          Count address = locked(subject.address(), null, at);
          boolean was = subject.isLocked(account, address, at);
          boolean addressWas = was || address.isLocked(at);
          Count accountAfter =
              was ? account : account.afterFailure(at, settings.accountMemory(), settings);
          Count addressAfter =
              addressWas ? address : address.afterFailure(at, settings.addressMemory(), settings);
          store(subject.account(), accountAfter);
          store(
              subject.both(), addressWas ? both : both.afterFailure(at, settings.addressMemory()));
          store(subject.address(), addressAfter);
          if (was) {
            return Verdict.LOCKED;
          }
          return subject.isLocked(accountAfter, addressAfter, at) ? Verdict.LOCKS : Verdict.WRONG;
        }));
  }

  // One statement: no other transaction can take the row away between its making and its locking.
  private Count locked(byte[] subject, byte @Nullable [] whose, Instant at) {
    return jdbc.sql(
            """
            insert into lock_out (subject, whose, failures, last_at) values (:subject, :whose, 0, :at)
            on conflict (subject) do update set failures = lock_out.failures
            returning failures, last_at, locked_until
            """)
        .param("subject", subject)
        .param("whose", whose, Types.BINARY)
        .param("at", Column.of(at))
        .query((row, number) ->
            new Count(
                row.getInt("failures"),
                Column.instant(row, "last_at"),
                Column.instantOrNull(row, "locked_until")))
        .single();
  }

  private void store(byte[] subject, Count count) {
    jdbc.sql(
            """
            update lock_out set failures = :failures, last_at = :lastAt, locked_until = :lockedUntil
            where subject = :subject
            """)
        .param("failures", count.failures())
        .param("lastAt", Column.of(count.lastAt()))
        .param("lockedUntil", count.lockedUntil() == null ? null : Column.of(count.lockedUntil()))
        .param("subject", subject)
        .update();
  }

  void forgive(Subject subject, Instant at) {
    transactions.executeWithoutResult(status -> {
      jdbc.sql("delete from lock_out where subject = :account")
          .param("account", subject.account())
          .update();
      // What is older than the address's memory is no part of its count any more.
      Integer failures =
          jdbc.sql(
                  """
                  delete from lock_out where subject = :both
                  returning case when last_at < :forgotten then 0 else failures end
                  """)
              .param("both", subject.both())
              .param("forgotten", Column.of(at.minus(settings.addressMemory())))
              .query(Integer.class)
              .optional()
              .orElse(0);
      if (failures > 0) {
        jdbc.sql(
                """
                update lock_out set failures = greatest(0, failures - :failures)
                where subject = :address
                """)
            .param("failures", failures)
            .param("address", subject.address())
            .update();
      }
    });
  }

  /**
   * What is counted of an account goes with its person. An address's own count stays: it names
   * nobody, and others guess against it.
   */
  void forget(EmailAddress email) {
    // In the order in which they are counted.
    for (String whose : List.of(WHOSE, WHOSE_BOTH)) {
      jdbc.sql("delete from lock_out where whose in (:whose)")
          .param("whose", keys.indexes(OF + whose, email.value()))
          .update();
    }
  }

  /** Rows that can no longer matter. */
  int sweep(Instant at, int atMost) {
    // What is being counted is skipped, or the two could wait for one another.
    return jdbc.sql(
            """
            delete from lock_out where subject in (
              select subject from lock_out
              where last_at < :forgotten and (locked_until is null or locked_until < :at)
              order by last_at limit :atMost for update skip locked)
            """)
        .param("atMost", atMost)
        .param("forgotten", Column.of(at.minus(longestMemory())))
        .param("at", Column.of(at))
        .update();
  }

  private Duration longestMemory() {
    return settings.accountMemory().compareTo(settings.addressMemory()) > 0
        ? settings.accountMemory()
        : settings.addressMemory();
  }

  /** The rule by itself. */
  record Count(int failures, Instant lastAt, @Nullable Instant lockedUntil) {
    boolean isLocked(Instant at) {
      return lockedUntil != null && lockedUntil.isAfter(at);
    }

    Count afterFailure(Instant at, Duration memory, PeopleSettings.LockOut settings) {
      if (isLocked(at)) {
        return this;
      }
      Count counted = afterFailure(at, memory);
      int beyond = counted.failures() - settings.failures();
      return new Count(
          counted.failures(), at, beyond < 0 ? null : at.plus(lockFor(beyond, settings)));
    }

    /** Counted, but locking nothing. */
    Count afterFailure(Instant at, Duration memory) {
      return new Count(lastAt.plus(memory).isBefore(at) ? 1 : failures + 1, at, null);
    }

    private static Duration lockFor(int beyond, PeopleSettings.LockOut settings) {
      Duration lock = settings.first();
      for (int i = 0; i < beyond && lock.compareTo(settings.longest()) < 0; i++) {
        lock = lock.multipliedBy(2);
      }
      return lock.compareTo(settings.longest()) < 0 ? lock : settings.longest();
    }
  }
}
