package dev.keyledger.token.enforcement.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessResourceException;

/** What may be in bad hands, by what was written down. */
class KeyExposureTest {
  private static final TestDatabase DATABASE = TestDatabase.shared();

  private final MovableClock clock = new MovableClock(Instant.parse("2026-05-28T14:43:58Z"));
  private final LocalDate today = LocalDate.parse("2026-05-28");
  private final TestTenant tenant = new TestTenant(new TestServerKeys());
  private final TestTenant.Key key = tenant.key("live");
  private final AccessState state = new AccessState();
  private final PersonKey owners = new PersonKey(tenant.ownerPerson, new byte[32]);
  private final ToldNetworks told =
      new ToldNetworks(state, people -> Map.of(tenant.ownerPerson, owners), new SecureRandom());
  private final KeyUsage usage =
      new KeyUsage(DATABASE.jdbc(), DATABASE.transactions(), state, told, clock);
  private final KeyExposure exposure =
      new KeyExposure(DATABASE.jdbc(), DATABASE.transactions(), state, told, usage, clock);

  @BeforeEach
  void aKeyInUse() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(key.record());
    used("198.51.100.0/24", today.minusDays(3), 5);
    used("198.51.100.0/24", today, 2);
    used("203.0.113.0/24", today.minusDays(1), 4);
    used("::/0", today, 1);
  }

  private void used(String network, LocalDate day, long uses) {
    DATABASE
        .jdbc()
        .sql("insert into key_use values (:key, cast(:day as date), cast(:network as cidr), :uses)")
        .param("key", key.id.uuid())
        .param("day", day.toString())
        .param("network", network)
        .param("uses", uses)
        .update();
  }

  private void listed(Instant issuedAt, Instant expiresAt) {
    DATABASE
        .jdbc()
        .sql(
            """
            insert into listed_token (list, index, jti, organization, key, scope, narrowed, address_bound, position,
                                      issued_at, expires_at)
            values (:list, 1, :list, :list, :key, '', false, false, 1, :issuedAt, :expiresAt)
            """)
        .param("list", UUID.randomUUID())
        .param("key", key.id.uuid())
        .param("issuedAt", at(issuedAt))
        .param("expiresAt", at(expiresAt))
        .update();
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  @Test
  void usesCountFromTheDayOnInWhichOthersMayHaveHadIt() {
    Instant yesterday = clock.instant().minus(Duration.ofDays(1));

    KeyExposure.Of exposed = exposure.since(tenant.id, key.id, yesterday);

    assertThat(exposed.uses()).isEqualTo(7);
    assertThat(exposed.placeCount()).isEqualTo(3);
    assertThat(exposed.places())
        .extracting(KeyExposure.Place::kind)
        .containsExactly(KeyUsage.Kind.NETWORK, KeyUsage.Kind.NETWORK, KeyUsage.Kind.UNKNOWN);
    assertThat(exposed.places().get(0).firstUsedOn()).isEqualTo(today.minusDays(1));
    assertThat(exposed.places().get(1).firstUsedOn()).isEqualTo(today);
    assertThat(exposed.places().get(0).network()).isNotNull();
    assertThat(exposed.knownFrom()).isBetween(today.minusDays(29), today.minusDays(3));
    assertThat(exposure.since(tenant.id, key.id, TestTenant.LONG_AGO).uses()).isEqualTo(12);
  }

  @Test
  void tokensCountThatWereIssuedSinceAndWhoseTimeIsNotUp() {
    Instant now = clock.instant();
    listed(now.minusSeconds(600), now.plusSeconds(300));
    listed(now.minusSeconds(60), now.plusSeconds(840));
    listed(now.minusSeconds(60), now);

    KeyExposure.Of exposed = exposure.since(tenant.id, key.id, now.minusSeconds(60));

    assertThat(exposed.listedTokens()).isEqualTo(1);
    assertThat(exposed.listedUntil()).isEqualTo(now.plusSeconds(840));
    assertThat(exposed.refreshTokens()).isZero();
  }

  /** It may be one that was never seen here, with uses that were. */
  @Test
  void ofAKeyThatIsNotKnownHereNothingIsSaid() {
    assertThatThrownBy(() -> exposure.since(tenant.id, tenant.key("live").id, TestTenant.LONG_AGO))
        .isInstanceOf(TransientDataAccessResourceException.class);
  }

  @Test
  void ofAnotherOrganisationsKeyThereIsNothing() {
    KeyExposure.Of exposed =
        exposure.since(
            OrganizationId.of(UuidCreator.getTimeOrderedEpoch()), key.id, TestTenant.LONG_AGO);

    assertThat(exposed.uses()).isZero();
    assertThat(exposed.places()).isEmpty();
  }
}
