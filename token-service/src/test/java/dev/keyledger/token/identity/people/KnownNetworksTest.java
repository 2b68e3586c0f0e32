package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.identity.people.Proofs.Outcome;
import dev.keyledger.token.identity.people.Proofs.Outcome.Done;
import dev.keyledger.token.identity.people.Proofs.Outcome.Refused;
import dev.keyledger.token.identity.people.Proofs.Proven;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who guesses elsewhere locks nobody out where they have signed in before. */
class KnownNetworksTest {
  private static final String SECRET = "JBSWY3DPEHPK3PXP";

  private final PeopleFixture fixture = new PeopleFixture();
  private final EmailAddress email = PeopleFixture.someEmail();
  private final Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
  private final String home = PeopleFixture.someAddress();
  private final String homes = "172.%d.".formatted(ThreadLocalRandom.current().nextInt(256));

  @Test
  void guessesFromElsewhereNeverLockOutWhoIsAtHome() {
    signedIn(home);
    guess(10);
    for (int hours = 0; hours < 48; hours++) {
      fixture.clock.advance(Duration.ofHours(1));
      guess(1);
      assertThat(right(home)).isInstanceOf(Done.class);
    }

    assertThat(right(anotherAddress())).isInstanceOf(Refused.class);
  }

  @Test
  void anAddressThatCannotBeToldIsNobodysHome() {
    signedIn("");
    guess(10);

    assertThat(right("")).isInstanceOf(Refused.class);
  }

  @Test
  void guessesAtHomeLockHomeAlone() {
    signedIn(home);
    for (int i = 0; i < 10; i++) {
      wrong(home);
    }

    assertThat(right(home)).isInstanceOf(Refused.class);
    assertThat(right(anotherAddress())).isInstanceOf(Done.class);
    fixture.clock.advance(Duration.ofSeconds(60));
    assertThat(right(home)).isInstanceOf(Done.class);
  }

  @Test
  void whoLocksAnAddressLocksOutNobodyWhoHasSignedInThereBefore() {
    signedIn(home);
    EmailAddress newcomer = PeopleFixture.someEmail();
    fixture.personWith(newcomer, PeopleFixture.PASSWORD);
    for (int i = 0; i < 10; i++) {
      fixture.proofs.password(PeopleFixture.someEmail(), "wrong", home);
    }

    assertThat(right(home)).isInstanceOf(Done.class);
    assertThat(fixture.proofs.password(newcomer, PeopleFixture.PASSWORD, home))
        .isInstanceOf(Refused.class);
    assertThat(right(home)).isInstanceOf(Done.class);
  }

  @Test
  void wrongOnesOfWhoIsAtHomeCountForTheAddressAsAnybodys() {
    signedIn(home);
    EmailAddress newcomer = PeopleFixture.someEmail();
    fixture.personWith(newcomer, PeopleFixture.PASSWORD);
    for (int i = 0; i < 9; i++) {
      wrong(home);
    }
    fixture.proofs.password(PeopleFixture.someEmail(), "wrong", home);

    assertThat(fixture.proofs.password(newcomer, PeopleFixture.PASSWORD, home))
        .isInstanceOf(Refused.class);
    assertThat(right(home)).isInstanceOf(Done.class);
    signedIn(home);
    fixture.clock.advance(Duration.ofSeconds(60));
    // What was forgiven with the sign-in would have made more than nine of these.
    for (int i = 0; i < 8; i++) {
      fixture.proofs.password(PeopleFixture.someEmail(), "wrong", home);
    }
    assertThat(fixture.proofs.password(newcomer, PeopleFixture.PASSWORD, home))
        .isInstanceOf(Done.class);
  }

  @Test
  void inAllAsMuchCanBeGuessedAsFromOneUnknownNetworkAndEachThatIsKnown() {
    for (int i = 0; i < 3; i++) {
      signedIn(homeNumber(i));
    }
    int judged = 0;
    for (int round = 0; round < 12; round++) {
      judged += wrong(anotherAddress()).verdict() == Verdict.WRONG ? 1 : 0;
      for (int i = 0; i < 3; i++) {
        judged += wrong(homeNumber(i)).verdict() == Verdict.WRONG ? 1 : 0;
      }
    }

    // The tenth of each locks.
    assertThat(judged).isEqualTo(4 * 9);
  }

  @Test
  void aSignInAtHomeGivesWhoGuessesElsewhereNothingBack() {
    signedIn(home);
    guess(10);
    signedIn(home);

    assertThat(right(anotherAddress())).isInstanceOf(Refused.class);
  }

  @Test
  void aPasswordMakesANetworkKnownForPasswordsAlone() {
    fixture.enrol(person, SECRET);
    signedIn(home);
    lockCodes();

    assertThat(code(codeAt(0), home)).isEqualTo(Verdict.LOCKED);
    fixture.clock.advance(Duration.ofSeconds(60));
    fixture.signedIn(person, home, Factor.CODE);
    fixture.lockOut.forget(email);
    lockCodes();
    assertThat(code(codeAt(0), home)).isEqualTo(Verdict.RIGHT);
    assertThat(code(codeAt(1), anotherAddress())).isEqualTo(Verdict.LOCKED);
  }

  private void lockCodes() {
    for (int i = 0; i < 9; i++) {
      assertThat(code(codeAt(100), anotherAddress())).isEqualTo(Verdict.WRONG);
    }
    assertThat(code(codeAt(100), anotherAddress())).isEqualTo(Verdict.LOCKS);
  }

  @Test
  void aNetworkIs256AddressesOrAnIpv6SubscribersBits() {
    signedIn("203.0.113.7");
    signedIn("2001:db8:1:2::7");
    guess(10);

    assertThat(right("203.0.113.250")).isInstanceOf(Done.class);
    assertThat(right("::ffff:203.0.113.8")).isInstanceOf(Done.class);
    assertThat(right("203.0.112.7")).isInstanceOf(Refused.class);
    assertThat(right("2001:db8:1:2:ffff::1")).isInstanceOf(Done.class);
    assertThat(right("2001:db8:1:3::7")).isInstanceOf(Refused.class);
  }

  @Test
  void ofTooManyTheOneUsedLongestAgoGoes() {
    for (int i = 0; i < 20; i++) {
      signedIn(homeNumber(i));
      fixture.clock.advance(Duration.ofMinutes(1));
    }
    signedIn(homeNumber(0));
    fixture.clock.advance(Duration.ofMinutes(1));
    signedIn(homeNumber(20));

    assertThat(isKnown(homeNumber(0))).isTrue();
    assertThat(isKnown(homeNumber(1))).isFalse();
    assertThat(isKnown(homeNumber(20))).isTrue();
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void signInsAtOnceFromManyNetworksKeepNoMore() throws Exception {
    var next = new AtomicInteger();

    AtOnce.run(
        30,
        () -> {
          signedIn(homeNumber(next.getAndIncrement()));
          return person;
        });

    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void ninetyDaysAfterTheLastSignInANetworkIsForgotten() {
    signedIn(home);
    fixture.clock.advance(Duration.ofDays(89));
    assertThat(isKnown(home)).isTrue();
    signedIn(home);
    fixture.clock.advance(Duration.ofDays(90));

    assertThat(isKnown(home)).isFalse();
    fixture.clock.advance(Duration.ofSeconds(1));
    while (fixture.networks.sweep(fixture.clock.instant(), 500) > 0) {
      assertThat(isKnown(home)).isFalse();
    }
    assertThat(rows()).isZero();
  }

  @Test
  void whatWasRenewedIsKnownWhereThatWasDoneAlone() {
    signedIn(home);
    fixture.signedIn(person, home, Factor.CODE);
    String here = anotherAddress();

    fixture.held(
        person,
        held -> {
          fixture.proofs.renewed(held, here, Factor.PASSWORD);
          return held;
        });

    assertThat(isKnown(home)).isFalse();
    assertThat(isKnown(here)).isTrue();
    assertThat(fixture.networks.isKnown(person.id(), Factor.CODE, home, now())).isTrue();
  }

  @Test
  void nothingIsKnownOfTheErased() {
    signedIn(home);
    fixture.erasure(List.of()).erase(person.id());

    assertThat(rows()).isZero();
  }

  @Test
  void aNetworkStaysKnownWhileServerKeysSucceedOneAnother() {
    signedIn(home);
    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    guess(10);

    assertThat(right(home)).isInstanceOf(Done.class);
    signedIn(home);
    assertThat(right(home)).isInstanceOf(Done.class);
  }

  @Test
  void noAddressAndNothingThatTwoPeopleHaveInCommonIsStored() {
    Person neighbour = fixture.personWith(PeopleFixture.someEmail(), PeopleFixture.PASSWORD);
    signedIn(home);
    fixture.signedIn(neighbour, home, Factor.PASSWORD);

    assertThat(networksOf(person)).hasSize(1).doesNotContainAnyElementsOf(networksOf(neighbour));
    assertThat(networksOf(person).getFirst()).hasSize(64);
  }

  private void signedIn(String address) {
    fixture.signedIn(person, address, Factor.PASSWORD);
  }

  private Outcome<Proven> right(String address) {
    return fixture.proofs.password(email, PeopleFixture.PASSWORD, address);
  }

  private Refused<Proven> wrong(String address) {
    return (Refused<Proven>) fixture.proofs.password(email, "wrong", address);
  }

  private void guess(int times) {
    for (int i = 0; i < times; i++) {
      wrong(anotherAddress());
    }
  }

  private static String anotherAddress() {
    return PeopleFixture.someAddress();
  }

  private String homeNumber(int number) {
    return homes + number + ".1";
  }

  private boolean isKnown(String address) {
    return fixture.networks.isKnown(person.id(), Factor.PASSWORD, address, now());
  }

  private Instant now() {
    return fixture.clock.instant();
  }

  private Verdict code(String code, String from) {
    return fixture.held(person, held -> fixture.proofs.code(held, code, from));
  }

  private String codeAt(int stepsFromNow) {
    long step = now().getEpochSecond() / 30 + stepsFromNow;
    return new TotpCodes().codeOf(TotpSecret.decode(SECRET), step);
  }

  private int rows() {
    return networksOf(person).size();
  }

  private List<String> networksOf(Person whose) {
    return fixture
        .database
        .jdbc()
        .sql("select encode(network, 'hex') from known_network where person_id = ?")
        .param(whose.id().uuid())
        .query(String.class)
        .list();
  }
}
