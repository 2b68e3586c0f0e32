package dev.keyledger.token.identity.people;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code keyledger.people.*}.
 *
 * @param invitationTries how many passwords an invitation or a reset may be tried with, good or not
 * @param refreshReuseIntervalWithoutOrganization of sessions of operators, and of people who act
 *     for themselves alone; {@code PT0S} for none
 */
@ConfigurationProperties("keyledger.people")
public record PeopleSettings(
    @DefaultValue Hashing hashing,
    @DefaultValue LockOut lockOut,
    @DefaultValue KnownNetworks knownNetworks,
    @DefaultValue Sessions sessions,
    @DefaultValue("PT72H") Duration invitationLifetime,
    @DefaultValue("50") int invitationTries,
    @DefaultValue("PT30M") Duration resetLifetime,
    @DefaultValue("PT5M") Duration challengeLifetime,
    @DefaultValue("5") int challengeCodes,
    @DefaultValue("PT15M") Duration accessLifetimeWithoutOrganization,
    @DefaultValue("PT12H") Duration refreshLifetimeWithoutOrganization,
    @DefaultValue("PT10S") Duration refreshReuseIntervalWithoutOrganization) {

  /**
   * Argon2id. Raised parameters reach a stored password at its next sign-in.
   *
   * @param memory KiB
   * @param threads how many hashes are computed at a time; with the queue it has to stay well below
   *     the HTTP server's threads, which wait for it
   * @param queue how many more may wait, of which one network gets half at most; any further is
   *     answered 503 {@code busy}
   */
  public record Hashing(
      @DefaultValue("19456") int memory,
      @DefaultValue("2") int iterations,
      @DefaultValue("1") int threads,
      @DefaultValue("24") int queue) {
    public Hashing {
      if (memory < 1024 || iterations < 1 || threads < 1 || queue < 2) {
        throw new IllegalArgumentException(
            "keyledger.people.hashing: memory is at least 1024 KiB, the queue 2, the others 1");
      }
    }
  }

  /**
   * How much of one person's sessions there is. Whoever signs in in a loop ends their own.
   *
   * @param live that haven't ended; a sign-in beyond ends the one that was used the longest ago
   * @param kept of all, ended ones too; those that began the longest ago are forgotten first
   * @param refreshes of one session whose dead tokens are remembered; one beyond ends it
   */
  public record Sessions(
      @DefaultValue("100") int live,
      @DefaultValue("200") int kept,
      @DefaultValue("5000") int refreshes) {
    public Sessions {
      if (live < 1 || kept < live || refreshes < 1) {
        throw new IllegalArgumentException(
            "keyledger.people.sessions: live and refreshes are positive, kept is not below live");
      }
    }
  }

  /**
   * From where people sign in again and again.
   *
   * @param most of one person, for each factor; it bounds what can be guessed at one person in all
   * @param memory after how long without a sign-in one is forgotten
   */
  public record KnownNetworks(@DefaultValue("20") int most, @DefaultValue("P90D") Duration memory) {
    public KnownNetworks {
      if (most < 1 || !memory.isPositive()) {
        throw new IllegalArgumentException("keyledger.people.known-networks: both are positive");
      }
    }
  }

  /**
   * @param failures the one that locks
   * @param first how long the first lock lasts; each further failure doubles it
   * @param longest where doubling ends
   * @param accountMemory after how long without a failure an account's are forgotten
   * @param addressMemory the same for an address
   */
  public record LockOut(
      @DefaultValue("10") int failures,
      @DefaultValue("PT1M") Duration first,
      @DefaultValue("PT1H") Duration longest,
      @DefaultValue("PT24H") Duration accountMemory,
      @DefaultValue("PT2H") Duration addressMemory) {
    public LockOut {
      if (failures < 1 || !first.isPositive() || longest.compareTo(first) < 0) {
        throw new IllegalArgumentException(
            "keyledger.people.lock-out: failures and first are positive, longest is not below first");
      }
    }
  }
}
