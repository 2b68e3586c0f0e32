package dev.keyledger.token.enforcement.status;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.token.enforcement.tokens.StatusPlace;
import dev.keyledger.token.enforcement.tokens.TokenListing;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes a token down before it is answered, so that no list can come to say of it less than is
 * known. Organisations share what may wait for PostgreSQL at once, and what keys of one obtain
 * leaves room for its people, whose sign-in is over by then: 503 {@code busy} beyond. Of the
 * connections that all else needs too, they take a few.
 */
@Component
final class ListedTokens implements TokenListing {
  private static final int AT_ONCE = 32;
  private static final int CONNECTIONS = 6;
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private static final Problem BUSY =
      Problem.of(503, "busy", "Too many tokens of this organisation are being issued. Try again.")
          .withHeader("Retry-After", "1");

  private final StatusTable table;
  private final StatusPlaces places;
  private final FairShare<Holder> underWay = new FairShare<>(AT_ONCE);
  private final Semaphore connections = new Semaphore(CONNECTIONS, true);

  private record Holder(OrganizationId organization, boolean people) {}

  ListedTokens(StatusTable table, SecureRandom random) {
    this.table = table;
    this.places = new StatusPlaces(random, System::nanoTime);
  }

  @Override
  public StatusPlace placeFor(AccessClaims claims) {
    var holder = new Holder(Objects.requireNonNull(claims.organization()), claims.key() == null);
    if (!underWay.tryTake(holder, 1)) {
      throw BUSY.toException();
    }
    try {
      return inTurn(claims);
    } finally {
      underWay.giveBack(holder, 1);
    }
  }

  /** Tokens that are being written down. */
  long underWay() {
    return underWay.taken();
  }

  // Whose transaction is under way has its connection.
  private StatusPlace inTurn(AccessClaims claims) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return placed(claims);
    }
    try {
      if (!connections.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw BUSY.toException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BUSY.toException();
    }
    try {
      return placed(claims);
    } finally {
      connections.release();
    }
  }

  private StatusPlace placed(AccessClaims claims) {
    StatusPlace place =
        places.next(claims.scope().stream().mapToInt(name -> name.length() + 1).sum());
    table.insert(place, claims);
    return place;
  }
}
