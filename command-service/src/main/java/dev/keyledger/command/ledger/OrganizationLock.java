package dev.keyledger.command.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A lock across replicas, for commands that have lost a race: they queue instead of racing on.
 * Nothing's correctness hangs on it, only how soon the queue is through.
 */
@Component
final class OrganizationLock {
  private final JdbcClient jdbc;

  OrganizationLock(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Held until the transaction ends; to be taken behind this replica's own lock. */
  void take(String organization) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
        .param(organization)
        .query((rs, row) -> row)
        .single();
  }
}
