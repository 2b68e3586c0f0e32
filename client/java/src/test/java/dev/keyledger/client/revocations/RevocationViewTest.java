package dev.keyledger.client.revocations;

import static dev.keyledger.testkit.TokenForge.KEY;
import static dev.keyledger.testkit.TokenForge.MEMBER;
import static dev.keyledger.testkit.TokenForge.ORG;
import static dev.keyledger.testkit.TokenForge.PERSON;
import static dev.keyledger.testkit.TokenForge.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.feed.Revocation.Effect;
import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.testkit.MovableClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RevocationViewTest {
  private static final String SESSIONS = "sessions:" + ORG;

  private final MovableClock clock = new MovableClock();
  private final RevocationView view = new RevocationView(Duration.ofHours(1), clock);

  @Test
  void nothingHappenedToALiveToken() {
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void anEndBySessionMemberKeyOrTokenIsForEverWhateverThePosition() {
    view.apply(ledger(5, null, Subject.MEMBER, MEMBER, Effect.END));
    assertThat(view.judge(sessionToken(99))).isEqualTo(Verdict.ENDED);

    view.apply(ledger(6, 5L, Subject.CREDENTIAL, KEY, Effect.END));
    assertThat(view.judge(keyToken(99, null))).isEqualTo(Verdict.ENDED);
  }

  @Test
  void theEndOfASessionEndsItsTokensAndNoOthers() {
    view.apply(session(1, null, SESSION));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.ENDED);
    assertThat(view.judge(keyToken(7, MEMBER))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aKeyWhoseTokensMayRunOutDoesNotTakeThemAlong() {
    view.apply(
        new Revocation(
            new OrganizationId(ORG),
            ORG,
            5,
            null,
            Subject.CREDENTIAL,
            KEY,
            clock.instant(),
            Effect.END,
            false,
            clock.instant()));
    assertThat(view.judge(keyToken(4, null))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aChangeSendsOnlyTokensBackThatWereIssuedBeforeItsPosition() {
    view.apply(ledger(8, null, Subject.MEMBER, MEMBER, Effect.RECHECK));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.RECHECK);
    assertThat(view.judge(sessionToken(8))).isEqualTo(Verdict.LIVE);

    view.apply(ledger(9, 8L, Subject.ORGANIZATION, ORG, Effect.RECHECK));
    assertThat(view.judge(sessionToken(8))).isEqualTo(Verdict.RECHECK);
    assertThat(view.judge(sessionToken(9))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aSuspensionIsAskedAboutAlsoWhereItIsToldAsAnEndSinceTokensRestUntilTheReinstatement() {
    view.apply(ledger(8, null, Subject.ORGANIZATION, ORG, Effect.END));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.RECHECK);
    assertThat(view.judge(sessionToken(8))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void whatBecomesOfAKeysTokensWhenItsCreatorLeavesIsAskedAbout() {
    view.apply(ledger(8, null, Subject.MEMBER, MEMBER, Effect.END));
    assertThat(view.judge(keyToken(99, MEMBER))).isEqualTo(Verdict.RECHECK);
  }

  @Test
  void aGapInTheLedgersChainSendsTheOrganisationsOlderTokensBack() {
    view.apply(ledger(3, null, Subject.CREDENTIAL, KEY, Effect.RECHECK));
    view.apply(ledger(9, 6L, Subject.CREDENTIAL, KEY, Effect.RECHECK));
    assertThat(view.judge(sessionToken(8))).isEqualTo(Verdict.RECHECK);
    assertThat(view.judge(sessionToken(9))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aGapInTheSessionsChainSendsEveryTokenOfThatStreamBack() {
    view.apply(session(1, null, "ses_other"));
    view.apply(session(3, 2L, "ses_another"));
    assertThat(view.judge(sessionToken(99))).isEqualTo(Verdict.RECHECK);
  }

  @Test
  void aChainWithoutAGapSendsNobodyBack() {
    view.apply(ledger(3, null, Subject.CREDENTIAL, KEY, Effect.RECHECK));
    view.apply(ledger(9, 3L, Subject.CREDENTIAL, KEY, Effect.RECHECK));
    assertThat(view.judge(sessionToken(0))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aRecordThatComesTwiceChangesNothing() {
    var first = session(1, null, "ses_other");
    var second = session(2, 1L, "ses_another");
    view.apply(first);
    view.apply(second);
    view.apply(first);
    view.apply(second);
    assertThat(view.judge(sessionToken(0))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void anUnreadableRecordSendsItsStreamBackAndOneWithoutAKeyEverybody() {
    view.applyUnreadable("a", ORG);
    assertThat(view.judge(sessionToken(Long.MAX_VALUE - 1))).isEqualTo(Verdict.RECHECK);

    var other = new RevocationView(Duration.ofHours(1), clock);
    other.applyUnreadable("a", null);
    assertThat(other.judge(sessionToken(99))).isEqualTo(Verdict.RECHECK);
  }

  @Test
  void whatAnUnreadableRecordDidEndsWhenItIsAcknowledgedAndThatOneAlone() {
    view.applyUnreadable("a", ORG);
    view.applyUnreadable("b", null);
    view.acknowledge("b");
    assertThat(view.judge(sessionToken(99))).isEqualTo(Verdict.RECHECK);
    view.acknowledge("another");
    assertThat(view.judge(sessionToken(99))).isEqualTo(Verdict.RECHECK);
    view.acknowledge("a");
    assertThat(view.judge(sessionToken(99))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void whatIsOlderThanAnyTokenIsForgotten() {
    view.apply(session(1, null, SESSION));
    clock.advance(Duration.ofMinutes(59));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.ENDED);
    clock.advance(Duration.ofMinutes(2));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.LIVE);
  }

  @Test
  void aSingleTokenIsForgottenSoonAfterItWouldHaveExpired() {
    view.apply(
        new Revocation(
            new OrganizationId(ORG),
            SESSIONS,
            1,
            null,
            Subject.TOKEN,
            "jti",
            clock.instant(),
            Effect.END,
            true,
            clock.instant(),
            clock.instant().plus(Duration.ofMinutes(15)),
            null));
    clock.advance(Duration.ofMinutes(15));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.ENDED);
    clock.advance(Duration.ofMinutes(2));
    assertThat(view.judge(sessionToken(7))).isEqualTo(Verdict.LIVE);
  }

  private Revocation ledger(
      long position, Long previous, Subject subject, String id, Effect effect) {
    return new Revocation(
        new OrganizationId(ORG),
        ORG,
        position,
        previous,
        subject,
        id,
        clock.instant(),
        effect,
        true,
        clock.instant());
  }

  private Revocation session(long position, Long previous, String id) {
    return new Revocation(
        new OrganizationId(ORG),
        SESSIONS,
        position,
        previous,
        Subject.SESSION,
        id,
        clock.instant(),
        Effect.END,
        true,
        clock.instant());
  }

  private TokenTraits sessionToken(long position) {
    return new TokenTraits(
        "jti", PERSON, ORG, MEMBER, SESSION, null, clock.instant().minusSeconds(1), position);
  }

  private TokenTraits keyToken(long position, String creator) {
    return new TokenTraits(
        "jti2", KEY, ORG, creator, null, KEY, clock.instant().minusSeconds(1), position);
  }
}
