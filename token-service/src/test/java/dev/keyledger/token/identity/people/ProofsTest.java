package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.ParkingEncoder;
import dev.keyledger.token.identity.people.Proofs.Outcome;
import dev.keyledger.token.identity.people.Proofs.Outcome.Done;
import dev.keyledger.token.identity.people.Proofs.Outcome.Refused;
import dev.keyledger.token.identity.people.Proofs.Proven;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProofsTest {
  private final PeopleFixture fixture = new PeopleFixture();
  private final Proofs proofs = fixture.proofs;
  private final EmailAddress email = PeopleFixture.someEmail();
  private final String address = PeopleFixture.someAddress();

  @Test
  void theRightPasswordProves() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address))
        .isInstanceOfSatisfying(
            Done.class, done -> assertThat(proven(done).person()).isEqualTo(person.id()));
  }

  @Test
  void aPasswordTypedInAnotherUnicodeFormIsTheSame() {
    fixture.personWith(email, "pässword with umlaut");

    assertThat(proofs.password(email, "pa\u0308ssword with umlaut", address))
        .isInstanceOf(Done.class);
  }

  @Test
  void aPasswordsLengthIsThatOfItsCharacters() {
    String longest = "😀".repeat(256);
    fixture.personWith(email, longest);

    assertThat(proofs.password(email, longest, address)).isInstanceOf(Done.class);
    assertThat(proofs.password(email, longest + "😀", address)).isInstanceOf(Refused.class);
  }

  @Test
  void anUnknownPersonAndAWrongPasswordComputeOneHashEach() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    String elsewhere = PeopleFixture.someAddress();

    List<Integer> hashes = new ArrayList<>();
    for (Runnable attempt :
        List.<Runnable>of(
            () -> proofs.password(PeopleFixture.someEmail(), "wrong", elsewhere),
            () -> proofs.password(EmailAddress.orNobodys("no address"), "wrong", elsewhere),
            () -> proofs.password(email, "wrong", elsewhere),
            () -> proofs.password(email, "x".repeat(10_000), elsewhere),
            () -> proofs.password(email, "half a pair \uD83D", elsewhere),
            () -> proofs.password(email, "\u0000\u202E", elsewhere))) {
      int before = hashes();
      attempt.run();
      hashes.add(hashes() - before);
    }

    assertThat(hashes).containsOnly(1);
  }

  @Test
  void aLockOutComputesNoHashAndIsToldWhenAHashWouldHaveBeenThere() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    for (int i = 0; i < 10; i++) {
      Refused<Proven> hashed =
          refused(proofs.password(email, "wrong", PeopleFixture.someAddress()));
      fixture.nanos.addAndGet(TELLING + 20_000_000);
      assertThat(due(hashed)).isEqualTo(fixture.nanos.get());
    }
    int before = hashes();
    long begun = fixture.nanos.get();

    Refused<Proven> locked = refused(proofs.password(email, PeopleFixture.PASSWORD, address));
    fixture.nanos.addAndGet(7_000_000);

    assertThat(locked.verdict()).isEqualTo(Verdict.LOCKED);
    assertThat(locked.time().told(REFUSAL))
        .isInstanceOfSatisfying(
            DelayedProblemException.class,
            e -> {
              assertThat(e.due()).isEqualTo(begun + TELLING + 20_000_000);
              assertThat(e.problem()).isEqualTo(REFUSAL.problem());
            });
    assertThat(hashes()).isEqualTo(before);
  }

  @Test
  void aLockOutIsHashedForWhereNothingTellsHowLongThatTakes() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    failTimes(10, email);
    int before = hashes();

    Refused<Proven> locked = refused(proofs.password(email, PeopleFixture.PASSWORD, address));

    assertThat(locked.verdict()).isEqualTo(Verdict.LOCKED);
    assertThat(hashes()).isEqualTo(before + 1);
    assertThat(due(locked)).isEqualTo(fixture.nanos.get() + TELLING);
  }

  @Test
  void aRefusalIsToldAtOneTimeWhateverIsStillToBeDoneOfIt() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    long begun = fixture.nanos.get();
    Proven right = proven(proofs.password(email, PeopleFixture.PASSWORD, address));
    Refused<Proven> wrong = refused(proofs.password(email, "wrong", address));
    Refused<Proven> unknown =
        refused(proofs.password(PeopleFixture.someEmail(), "wrong", PeopleFixture.someAddress()));

    assertThat(due(unknown)).isEqualTo(begun + TELLING);
    fixture.nanos.addAndGet(9_000_000);
    assertThat(due(wrong)).isEqualTo(begun + TELLING);
    fixture.nanos.addAndGet(9_000_000);
    assertThat(due(proofs.refuse(right))).isEqualTo(begun + TELLING);
    fixture.nanos.addAndGet(TELLING);
    assertThat(due(wrong)).isEqualTo(fixture.nanos.get());
  }

  private static final long TELLING = RefusalTimes.TELLING.toNanos();

  private static long due(Refused<Proven> refused) {
    return ((DelayedProblemException) refused.time().told(REFUSAL)).due();
  }

  private static final ProblemException REFUSAL =
      Problem.of(401, "invalid_credentials", "No.").toException();

  private static Refused<Proven> refused(Outcome<Proven> outcome) {
    return (Refused<Proven>) outcome;
  }

  private int hashes() {
    return fixture.encoder.matches.get() + fixture.encoder.encodes.get();
  }

  @Test
  void afterTenFailuresEvenTheRightPasswordIsRefusedUntilTheLockEnds() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    failTimes(9, email);
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Done.class);
    failTimes(1, email);

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Refused.class);
    fixture.clock.advance(Duration.ofSeconds(60));
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Done.class);
  }

  @Test
  void eachFurtherFailureLocksForTwiceAsLong() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    failTimes(10, email);
    fixture.clock.advance(Duration.ofSeconds(60));
    failTimes(1, email);

    fixture.clock.advance(Duration.ofSeconds(119));
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Refused.class);
    fixture.clock.advance(Duration.ofSeconds(1));
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Done.class);
  }

  @Test
  void failuresOfOneAddressAtManyAccountsLockTheAddressForAll() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    for (int i = 0; i < 10; i++) {
      proofs.password(PeopleFixture.someEmail(), "wrong", address);
    }

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Refused.class);
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Done.class);
  }

  @Test
  void addressesOfOneIpv6NetworkCountTogether() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    String network = "2001:db8:%x:%x:".formatted(email.hashCode() & 0xffff, 7);
    for (int i = 1; i <= 10; i++) {
      proofs.password(PeopleFixture.someEmail(), "wrong", network + ":" + i);
    }

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, network + "ffff::1"))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aCompletedSignInForgivesItsOwnFailuresAndNobodyElses() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    EmailAddress victim = PeopleFixture.someEmail();
    fixture.personWith(victim, PeopleFixture.PASSWORD);
    EmailAddress stranger = PeopleFixture.someEmail();
    fixture.personWith(stranger, PeopleFixture.PASSWORD);
    for (int i = 0; i < 9; i++) {
      proofs.password(victim, "wrong", address);
    }
    fixture.signedIn(fixture.people.find(email).orElseThrow(), address, Factor.PASSWORD);
    proofs.password(victim, "wrong", address);

    assertThat(proofs.password(stranger, PeopleFixture.PASSWORD, address))
        .isInstanceOf(Refused.class);
  }

  @Test
  void failuresThatTheAddressNeverCountedAreNotForgivenIt() {
    Person self = fixture.personWith(email, PeopleFixture.PASSWORD);
    EmailAddress stranger = PeopleFixture.someEmail();
    fixture.personWith(stranger, PeopleFixture.PASSWORD);
    failTimes(9, email); // From elsewhere.
    for (int i = 0; i < 9; i++) {
      proofs.password(PeopleFixture.someEmail(), "wrong", address);
    }
    fixture.signedIn(self, address, Factor.PASSWORD);
    proofs.password(PeopleFixture.someEmail(), "wrong", address);

    assertThat(proofs.password(stranger, PeopleFixture.PASSWORD, address))
        .isInstanceOf(Refused.class);
  }

  @Test
  void whatIsTriedFromALockedAddressCountsForNoAccount() {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    for (int i = 0; i < 10; i++) {
      proofs.password(PeopleFixture.someEmail(), "wrong", address);
    }
    for (int i = 0; i < 10; i++) {
      proofs.password(email, "wrong", address);
    }

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, PeopleFixture.someAddress()))
        .isInstanceOf(Done.class);
  }

  @Test
  void onesOwnFailuresAreForgivenTheAddress() {
    Person self = fixture.personWith(email, PeopleFixture.PASSWORD);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 9; i++) {
        proofs.password(email, "wrong", address);
      }
      fixture.signedIn(self, address, Factor.PASSWORD);
    }

    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Done.class);
  }

  @Test
  void guessesAtOnceDontSlipPastTheCount() throws Exception {
    fixture.personWith(email, PeopleFixture.PASSWORD);

    List<Outcome<Proven>> outcomes =
        AtOnce.run(20, () -> proofs.password(email, "wrong", PeopleFixture.someAddress()));

    // The tenth locks, and those after it are told from it in nothing but the records.
    assertThat(outcomes).allMatch(Refused.class::isInstance);
    Map<Verdict, Long> verdicts =
        outcomes.stream()
            .collect(Collectors.groupingBy(o -> refused(o).verdict(), Collectors.counting()));
    assertThat(verdicts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(Verdict.WRONG, 9L, Verdict.LOCKS, 1L, Verdict.LOCKED, 10L));
    fixture.clock.advance(Duration.ofSeconds(60));
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Done.class);
  }

  @Test
  void aStoredHashIsRaisedToTheParametersInUseAtTheNextSignIn() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    assertThat(hashOf(person)).contains("m=1024,t=1");

    fixture.encoder.become(PeopleFixture.argon2(2048, 2));
    assertThat(proofs.password(email, "wrong", address)).isInstanceOf(Refused.class);
    assertThat(hashOf(person)).contains("m=1024,t=1");
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Done.class);

    assertThat(hashOf(person)).startsWith("$argon2id$").contains("m=2048,t=2");
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Done.class);
  }

  @Test
  void aCodeWorksOnceHoweverManyPresentItAtOnce() throws Exception {
    Person person = enrolled();
    String code = codeAt(0);

    List<Verdict> taken = AtOnce.run(8, () -> code(person, code, address));

    assertThat(taken).filteredOn(t -> t == Verdict.RIGHT).hasSize(1);
    assertThat(taken).filteredOn(t -> t == Verdict.REPLAYED).hasSize(7);
  }

  @Test
  void aReplayedCodeCountsTowardsNoLockOut() {
    Person person = enrolled();
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.RIGHT);
    for (int i = 0; i < 30; i++) {
      assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.REPLAYED);
    }

    fixture.clock.advance(Duration.ofSeconds(30));
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void wrongCodesLockTheAccountAndThenTheRightOneIsWrongToo() {
    Person person = enrolled();
    String wrong = codeAt(100);
    for (int i = 0; i < 9; i++) {
      assertThat(code(person, wrong, PeopleFixture.someAddress())).isEqualTo(Verdict.WRONG);
    }
    assertThat(code(person, wrong, PeopleFixture.someAddress())).isEqualTo(Verdict.LOCKS);

    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.LOCKED);
    fixture.clock.advance(Duration.ofSeconds(60));
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void whatWasCountedOfCodesIsForgivenByACodeAlone() {
    Person person = enrolled();
    String wrong = codeAt(100);
    for (int i = 0; i < 9; i++) {
      code(person, wrong, address);
    }
    fixture.signedIn(person, address, Factor.PASSWORD);
    code(person, wrong, address);
    // The address too has counted them all.
    assertThat(proofs.password(PeopleFixture.someEmail(), PeopleFixture.PASSWORD, address))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.verdict()).isEqualTo(Verdict.LOCKED));
    assertThat(code(person, codeAt(0), PeopleFixture.someAddress())).isEqualTo(Verdict.LOCKED);

    fixture.signedIn(person, address, Factor.CODE);
    assertThat(code(person, codeAt(0), PeopleFixture.someAddress())).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void theCodesOfTheStepBeforeAndAfterWorkAndNoOthers() {
    Person person = enrolled();

    assertThat(code(person, codeAt(-2), address)).isEqualTo(Verdict.WRONG);
    assertThat(code(person, codeAt(2), address)).isEqualTo(Verdict.WRONG);
    assertThat(code(person, codeAt(-1), address)).isEqualTo(Verdict.RIGHT);
    assertThat(code(person, codeAt(1), address)).isEqualTo(Verdict.RIGHT);
    // An earlier step than one that was taken is over, though its code was never used.
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.REPLAYED);
  }

  @Test
  void aPasswordThatWasChangedSinceItWasProvenIsGoodForNothing() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    Proven proven = proven(proofs.password(email, PeopleFixture.PASSWORD, address));
    fixture.change(person, "another pass phrase");

    Outcome<String> outcome =
        proofs.act(
            proven,
            held -> {
              throw new AssertionError("acted on an old password");
            });

    assertThat(outcome).isInstanceOf(Refused.class);
  }

  @Test
  void aHashThatWasRaisedSinceItWasProvenIsStillOfTheSamePassword() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    Proven proven = proven(proofs.password(email, PeopleFixture.PASSWORD, address));
    fixture.encoder.become(PeopleFixture.argon2(2048, 2));
    proofs.password(email, PeopleFixture.PASSWORD, address);

    assertThat(proofs.act(proven, HeldPerson::id)).isEqualTo(new Done<>(person.id()));
  }

  @Test
  void aRaisedHashIsWrittenOnlyOverTheOneThatWasProven() throws Exception {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    var parking = new ParkingEncoder(PeopleFixture.argon2(2048, 2));
    fixture.encoder.become(parking);
    ParkingEncoder.Parked raising = parking.parkEncode(PeopleFixture.PASSWORD);
    var signIn =
        CompletableFuture.supplyAsync(
            () -> proofs.password(email, PeopleFixture.PASSWORD, address));
    raising.awaitReached();

    fixture.change(person, "another pass phrase");
    raising.release();
    Proven proven = proven(signIn.get());

    assertThat(proofs.act(proven, HeldPerson::id)).isInstanceOf(Refused.class);
    assertThat(proofs.password(email, PeopleFixture.PASSWORD, address)).isInstanceOf(Refused.class);
    assertThat(proofs.password(email, "another pass phrase", address)).isInstanceOf(Done.class);
  }

  @Test
  void aRightGuessThatComesToItsEndBehindTheOneThatLocksIsRefused() throws Exception {
    fixture.personWith(email, PeopleFixture.PASSWORD);
    failTimes(9, email);
    var parking = new ParkingEncoder(PeopleFixture.argon2(1024, 1));
    fixture.encoder.become(parking);
    ParkingEncoder.Parked right = parking.parkMatch(PeopleFixture.PASSWORD);
    var guess =
        CompletableFuture.supplyAsync(
            () -> proofs.password(email, PeopleFixture.PASSWORD, address));
    right.awaitReached();

    Outcome<Proven> tenth =
        fixture.ofAnotherReplica().password(email, "wrong", PeopleFixture.someAddress());
    right.release();

    assertThat(tenth)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.verdict()).isEqualTo(Verdict.LOCKS));
    assertThat(guess.get()).isInstanceOf(Refused.class);
  }

  @Test
  void wrongCodesAtOnceAreCountedEach() throws Exception {
    Person person = enrolled();
    var codes = new ConcurrentLinkedQueue<String>();
    for (int i = 0; i < 10; i++) {
      codes.add(codeAt(100));
    }

    List<Verdict> taken =
        AtOnce.run(10, () -> code(person, codes.remove(), PeopleFixture.someAddress()));

    assertThat(taken).filteredOn(t -> t == Verdict.WRONG).hasSize(9);
    assertThat(taken).filteredOn(t -> t == Verdict.LOCKS).hasSize(1);
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.LOCKED);
    fixture.clock.advance(Duration.ofSeconds(60));
    assertThat(code(person, codeAt(0), address)).isEqualTo(Verdict.RIGHT);
  }

  private Verdict code(Person person, String code, String from) {
    return fixture.held(person, held -> proofs.code(held, code, from));
  }

  private static Proven proven(Outcome<?> outcome) {
    return (Proven) ((Done<?>) outcome).result();
  }

  private static final String SECRET = "JBSWY3DPEHPK3PXP";

  private Person enrolled() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    fixture.enrol(person, SECRET);
    return person;
  }

  private String codeAt(int stepsFromNow) {
    long step = fixture.clock.instant().getEpochSecond() / 30 + stepsFromNow;
    return new TotpCodes().codeOf(TotpSecret.decode(SECRET), step);
  }

  private void failTimes(int times, EmailAddress account) {
    for (int i = 0; i < times; i++) {
      proofs.password(account, "wrong", PeopleFixture.someAddress());
    }
  }

  private String hashOf(Person person) {
    return fixture
        .database
        .jdbc()
        .sql("select hash from password where person_id = ?")
        .param(person.id().uuid())
        .query(String.class)
        .single();
  }
}
