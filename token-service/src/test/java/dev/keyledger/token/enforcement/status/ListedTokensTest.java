package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.database.UnavailableDatabase;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.tokens.StatusPlace;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** While PostgreSQL gives no answer. */
class ListedTokensTest {
  private final SilentDatabase database = new SilentDatabase();
  private final ListedTokens tokens =
      new ListedTokens(new StatusTable(JdbcClient.create(database)), new SecureRandom());

  private static AccessClaims of(OrganizationId organization) {
    Instant at = Instant.parse("2026-05-28T14:43:58Z");
    return new AccessClaims(
        AccessClaims.Kind.MEMBER,
        UuidCreator.getTimeOrderedEpoch().toString(),
        "a person",
        organization,
        "acme",
        MemberId.of(UuidCreator.getTimeOrderedEpoch()),
        null,
        null,
        null,
        null,
        Set.of(),
        false,
        false,
        7,
        at,
        at.plusSeconds(900));
  }

  @Test
  void oneOrganisationsTokensThatWaitLeaveRoomForOthersAndComeToUnavailable() throws Exception {
    OrganizationId many = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    OrganizationId other = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    List<Future<StatusPlace>> underWay = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        underWay.add(threads.submit(() -> tokens.placeFor(of(many))));
      }
      await().atMost(Duration.ofSeconds(1)).until(() -> tokens.underWay() == 16);
      // Of all connections there are.
      assertThat(database.asked.tryAcquire(6, 30, TimeUnit.SECONDS)).isTrue();
      assertThat(database.asked.tryAcquire(1)).isFalse();

      assertThatThrownBy(() -> tokens.placeFor(of(many)))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo("busy"));
      underWay.add(threads.submit(() -> tokens.placeFor(of(other))));
      await().atMost(Duration.ofSeconds(1)).until(() -> tokens.underWay() == 17);
      database.away.countDown();

      for (Future<StatusPlace> one : underWay) {
        assertThatThrownBy(one::get)
            .isInstanceOfSatisfying(
                ExecutionException.class,
                e -> assertThat(UnavailableDatabase.isReasonOf(e.getCause())).isTrue());
      }
      // What has failed holds no place.
      assertThatThrownBy(() -> tokens.placeFor(of(many))).isNotInstanceOf(ProblemException.class);
    }
  }
}
