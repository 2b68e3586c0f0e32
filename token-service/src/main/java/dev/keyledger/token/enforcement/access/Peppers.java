package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.keys.Pepper;
import dev.keyledger.kit.keys.ServerKeys;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pepper that a secret names, by array: all peppers are named by one base62 digit. */
public final class Peppers {
  private final Supplier<ServerKeys> serverKeys;
  private volatile Table table;

  private record Table(ServerKeys keys, @Nullable Pepper[] byId) {
    static Table of(ServerKeys keys) {
      var byId = new @Nullable Pepper[128];
      for (Pepper pepper : keys.peppers()) {
        byId[pepper.id()] = pepper;
      }
      return new Table(keys, byId);
    }
  }

  public Peppers(Supplier<ServerKeys> serverKeys) {
    this.serverKeys = serverKeys;
    this.table = Table.of(serverKeys.get());
  }

  /** The secret's verifier, 32 bytes; {@code null} when no pepper has the name that it gives. */
  byte @Nullable [] verifierOf(KeySecret secret) {
    Table inUse = table;
    ServerKeys keys = serverKeys.get();
    if (inUse.keys() != keys) {
      inUse = Table.of(keys);
      table = inUse;
    }
    Pepper pepper = inUse.byId()[secret.pepperId()];
    return pepper == null ? null : pepper.verifierOf(secret);
  }
}
