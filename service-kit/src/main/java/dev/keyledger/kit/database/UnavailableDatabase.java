package dev.keyledger.kit.database;

import dev.keyledger.kit.web.Problem;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/** What a service says while its database can't be used: an outage, no mistake of the caller's. */
public final class UnavailableDatabase {
  /** 503 {@code unavailable}, to be tried again after a second. */
  public static final Problem PROBLEM =
      Problem.of(503, "unavailable", "What this needs is not available just now.")
          .withHeader("Retry-After", "1");

  private UnavailableDatabase() {}

  /** Whether the same could succeed once the database can be used again. */
  public static boolean isReasonOf(Throwable failure) {
    return failure instanceof TransientDataAccessException
        || failure instanceof RecoverableDataAccessException
        || failure instanceof NonTransientDataAccessResourceException
        || failure instanceof CannotCreateTransactionException;
  }
}
