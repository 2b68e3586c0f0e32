package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;

/** The example of a resource, for keys and, by their role, for people. */
final class Payments {
  private final Canonical canonical;
  private final Credentials credentials;

  Payments(Canonical canonical, Credentials credentials) {
    this.canonical = canonical;
    this.credentials = credentials;
  }

  Answer list(Call call) {
    credentials.holderOf("payments.read", call);
    return handedOn(call);
  }

  Answer make(Call call) {
    credentials.holderOf("payments.write", call);
    return handedOn(call);
  }

  private Answer handedOn(Call call) {
    return canonical.on(call).forward().orRefuse().asAnswer();
  }
}
