package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.token.TestDatabase;
import java.security.SecureRandom;

/** An outbox that nothing is sent from. */
public final class TestOutbox {
  private TestOutbox() {}

  public static Outbox of(TestDatabase database) {
    return new Outbox(database.jdbc(), ended -> {}, () -> {}, new SecureRandom());
  }
}
