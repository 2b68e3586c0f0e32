package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.tokens.StatusPlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatusTableTest {
  private static final TestDatabase DATABASE = TestDatabase.shared();
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.678Z");

  private final StatusTable table = new StatusTable(DATABASE.jdbc());
  private final UUID list = UUID.randomUUID();
  private final PersonId person = PersonId.of(UuidCreator.getTimeOrderedEpoch());

  private AccessClaims ofKey() {
    return new AccessClaims(
        AccessClaims.Kind.API_KEY,
        UuidCreator.getTimeOrderedEpoch().toString(),
        "the key",
        OrganizationId.of(UuidCreator.getTimeOrderedEpoch()),
        "acme",
        MemberId.of(UuidCreator.getTimeOrderedEpoch()),
        null,
        KeyId.of(UuidCreator.getTimeOrderedEpoch()),
        "kl_live_aB3dE5g",
        "live",
        Set.of("clients.read", "clients.write"),
        true,
        true,
        17,
        AT,
        Instant.parse("2026-05-28T14:58:58Z"));
  }

  private AccessClaims ofMember(Instant expiresAt) {
    return new AccessClaims(
        AccessClaims.Kind.MEMBER,
        UuidCreator.getTimeOrderedEpoch().toString(),
        person.value(),
        OrganizationId.of(UuidCreator.getTimeOrderedEpoch()),
        "acme",
        MemberId.of(UuidCreator.getTimeOrderedEpoch()),
        SessionId.of(UuidCreator.getTimeOrderedEpoch()),
        null,
        null,
        null,
        Set.of(),
        false,
        false,
        -1,
        AT,
        expiresAt);
  }

  private List<ListedToken> endingAfter(Instant instant) {
    var all = new ArrayList<ListedToken>();
    table.forEach(list, instant, all::add);
    return all;
  }

  @Test
  void aRowHasAllThatDecidesAndNeitherThePersonNorTheOrganisationsName() {
    AccessClaims key = ofKey();
    AccessClaims member = ofMember(AT.plusSeconds(900));
    table.insert(new StatusPlace(list, 7), key);
    table.insert(new StatusPlace(list, 16_383), member);
    table.insert(new StatusPlace(UUID.randomUUID(), 7), ofKey());

    assertThat(endingAfter(AT))
        .usingRecursiveComparison()
        .ignoringFields("claims.subject", "claims.slug")
        .ignoringCollectionOrder()
        .isEqualTo(List.of(new ListedToken(7, key), new ListedToken(16_383, member)));
    assertThat(DATABASE.everything().stream().filter(row -> row.startsWith("listed_token")))
        .anyMatch(row -> row.contains(list.toString()))
        .noneMatch(row -> row.contains(person.uuid().toString()) || row.contains("acme"));
  }

  @Test
  void rowsGoAfterTheirEnd() {
    Instant soon = AT.minusSeconds(86_400);
    table.insert(new StatusPlace(list, 1), ofMember(soon));
    table.insert(new StatusPlace(list, 2), ofMember(AT.plusSeconds(900)));

    assertThat(table.forgetSomeBefore(soon)).isZero();
    assertThat(table.forgetSomeBefore(soon.plusSeconds(1))).isEqualTo(1);

    assertThat(endingAfter(Instant.EPOCH)).extracting(ListedToken::index).containsExactly(2);
  }
}
