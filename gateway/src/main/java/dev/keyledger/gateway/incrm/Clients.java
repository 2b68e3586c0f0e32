package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Reply;

/** The example of a resource that sessions and keys may read. */
final class Clients {
  private final Canonical canonical;
  private final Credentials credentials;

  Clients(Canonical canonical, Credentials credentials) {
    this.canonical = canonical;
    this.credentials = credentials;
  }

  Answer show(Call call) {
    credentials.sessionOrKey(call, "clients.read");
    Reply reply = canonical.on(call).forward();
    if (!reply.isSuccess()) {
      throw Credentials.refusal(call, reply.problem());
    }
    return Envelope.success(reply.status(), reply.json());
  }
}
