package dev.keyledger.token.enforcement.http;

import static org.awaitility.Awaitility.await;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.EndedTokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What other replicas have ended. */
class RevocationsOfOthersTest extends OauthTest {
  @Test
  void aSessionEndedByAnotherReplicaIsEndedHere() {
    var ended = service.context().getBean(EndedTokens.class);
    var session =
        dev.keyledger.events.id.SessionId.of(
            com.github.f4b6a3.uuid.UuidCreator.getTimeOrderedEpoch());
    TestTenant tenant = tenant();
    service
        .ledger()
        .publish(
            new Revocation(
                tenant.id,
                "sessions:" + tenant.id.value(),
                1,
                null,
                Revocation.Subject.SESSION,
                session.value(),
                CLOCK.instant(),
                Revocation.Effect.END,
                true,
                CLOCK.instant()));
    await().atMost(Duration.ofSeconds(5)).until(() -> ended.hasEnded(session));
  }
}
