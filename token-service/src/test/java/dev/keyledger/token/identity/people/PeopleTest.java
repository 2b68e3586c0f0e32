package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.TestDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeopleTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final PeopleFixture fixture = new PeopleFixture();
  private final People people = fixture.people;
  private final EmailAddress email = PeopleFixture.someEmail();

  @Test
  void oneAddressIsOnePersonHoweverItIsWrittenAndHoweverManyAskAtOnce() throws Exception {
    var spellings = List.of(email.value(), " " + email.value().toUpperCase(java.util.Locale.ROOT));

    List<Person> found =
        AtOnce.run(
            8,
            () -> {
              EmailAddress spelled =
                  EmailAddress.of(spellings.get((int) (Thread.currentThread().threadId() % 2)));
              return fixture
                  .database
                  .transactions()
                  .execute(
                      status -> people.findOrCreate(spelled, fixture.clock.instant()).person());
            });

    assertThat(new HashSet<>(found)).hasSize(1);
  }

  @Test
  void aDomainInEitherOfItsFormsIsOne() {
    String name = "jürgen-" + UUID.randomUUID() + "@";
    Person person =
        fixture.personWith(EmailAddress.of(name + "bücher.example"), PeopleFixture.PASSWORD);

    assertThat(people.find(EmailAddress.of(name + "xn--bcher-kva.example"))).contains(person);
    assertThat(people.find(EmailAddress.of(name + "BU\u0308CHER.example"))).contains(person);
    assertThat(people.find(EmailAddress.of(name + "bucher.example"))).isEmpty();
  }

  @Test
  void whoIsIndexedByTheReadableFormOfTheirDomainIsFoundAndIndexedAnewWithTheNextKey() {
    var other = TestDatabase.fresh();
    var succeeding = new People(other.jdbc(), fixture.dataKeys, fixture.random);
    EmailAddress address = EmailAddress.of("ann@bücher.example");
    Person person =
        other
            .transactions()
            .execute(s -> succeeding.findOrCreate(address, fixture.clock.instant()).person());
    other
        .jdbc()
        .sql("update person set email_index = ?")
        .param(fixture.dataKeys.index("e-mail addresses", "ann@bücher.example").bytes())
        .update();

    assertThat(succeeding.find(address)).contains(person);

    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(rewrapping(other, succeeding).step()).isFalse();
    assertThat(other.jdbc().sql("select email_index from person").query(byte[].class).single())
        .isEqualTo(fixture.dataKeys.index("e-mail addresses", address.value()).bytes());
  }

  @Test
  void twoWhoWereTwoByTheFormsOfTheirDomainStayWhoTheyAre() {
    var other = TestDatabase.fresh();
    var succeeding = new People(other.jdbc(), fixture.dataKeys, fixture.random);
    EmailAddress address = EmailAddress.of("ann@bücher.example");
    Person first =
        other
            .transactions()
            .execute(s -> succeeding.findOrCreate(address, fixture.clock.instant()).person());
    other
        .jdbc()
        .sql("update person set email_index = ? where person_id = ?")
        .param(fixture.dataKeys.index("e-mail addresses", "ann@bücher.example").bytes())
        .param(first.id().uuid())
        .update();
    Person second =
        other
            .transactions()
            .execute(s -> {
              HeldPerson made =
                  succeeding.findOrCreate(PeopleFixture.someEmail(), fixture.clock.instant());
              other
                  .jdbc()
                  .sql("update person set email_index = ?, email_sealed = ? where person_id = ?")
                  .param(fixture.dataKeys.index("e-mail addresses", address.value()).bytes())
                  .param(succeeding.seal(made.id(), address.value()).ciphertext())
                  .param(made.id().uuid())
                  .update();
              return made.person();
            });

    assertThat(succeeding.find(address)).contains(second);
    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(rewrapping(other, succeeding).step()).isFalse();

    assertThat(rewrapping(other, succeeding).unreadable()).isZero();
    assertThat(succeeding.find(address)).contains(second);
  }

  @Test
  void neitherTheAddressNorTheDataKeyStandsInATable() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    byte[] material = people.materialOf(List.of(person.id())).getFirst().material();

    assertThat(fixture.database.everything())
        .isNotEmpty()
        .noneMatch(row -> row.contains(email.value()))
        .noneMatch(row -> row.contains(PeopleFixture.PASSWORD))
        .noneMatch(row -> row.contains(java.util.HexFormat.of().formatHex(material)));
    assertThat(people.emailOf(person.id())).contains(email);
  }

  @Test
  void anErasedPersonsTextsCannotBeReadWhereverTheyWereCopied() {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    SealedText inTheLedger = people.seal(person.id(), email.value());
    fixture.enrol(person, "JBSWY3DPEHPK3PXP");
    var consequence = new AtomicBoolean();

    boolean erased =
        fixture
            .erasure(
                List.of((who, at) -> {
                  consequence.set(who.equals(person.id()));
                  return List.of();
                }))
            .erase(person.id());

    assertThat(erased).isTrue();
    assertThat(consequence).isTrue();
    assertThat(people.unseal(person.id(), inTheLedger.ciphertext())).isEmpty();
    assertThat(people.materialOf(List.of(person.id()))).isEmpty();
    assertThat(people.find(email)).isEmpty();
    assertThat(people.find(person.id())).isEmpty();
    assertThat(fixture.newPasswords.hasPassword(person.id())).isFalse();
    assertThat(fixture.secondStep.isEnrolled(person.id())).isFalse();
    assertThat(fixture.erasure(List.of()).erase(person.id())).isFalse();
  }

  private static void refuse(PeopleFixture counted, EmailAddress whose, String from) {
    counted.proofs.refuse(
        (Proofs.Proven)
            ((Proofs.Outcome.Done<?>) counted.proofs.password(whose, PeopleFixture.PASSWORD, from))
                .result());
  }

  @Test
  void whatWasCountedOfAnErasedPersonGoesWithThemAndWhatIsOfOthersStays() {
    var other = TestDatabase.fresh();
    var counted = new PeopleFixture(other);
    Person person = counted.personWith(email, PeopleFixture.PASSWORD);
    Person somebody = counted.personWith(PeopleFixture.someEmail(), PeopleFixture.PASSWORD);
    String address = PeopleFixture.someAddress();
    String known = PeopleFixture.someAddress();
    counted.signedIn(person, known, Factor.PASSWORD);
    counted.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    refuse(counted, email, address);
    refuse(counted, email, known);
    counted.rates.take("letters", email.value(), 5, HOUR, counted.clock.instant());
    counted.rates.take("changes", person.id().value(), 5, HOUR, counted.clock.instant());
    long ofAddresses = 2;
    assertThat(rows(other, "lock_out")).isEqualTo(4 + ofAddresses);
    assertThat(rows(other, "counted")).isEqualTo(2);
    counted.rates.take("changes", somebody.id().value(), 5, HOUR, counted.clock.instant());
    refuse(counted, counted.people.emailOf(somebody.id()).orElseThrow(), address);
    counted.serverKeys.succeed(Purpose.PERSON_WRAPPING);

    counted.erasure(List.of()).erase(person.id());

    assertThat(rows(other, "lock_out")).isEqualTo(2 + ofAddresses);
    assertThat(rows(other, "counted")).isEqualTo(1);
  }

  @Test
  void whoseKeyNothingUnwrapsIsErasedAllTheSame() {
    var other = TestDatabase.fresh();
    var fixture = new PeopleFixture(other);
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    fixture.serverKeys.dropRetired(Purpose.PERSON_WRAPPING);

    assertThat(fixture.erasure(List.of()).erase(person.id())).isTrue();
  }

  private static long rows(TestDatabase database, String table) {
    return database.jdbc().sql("select count(*) from " + table).query(Long.class).single();
  }

  @Test
  void whoComesBackAfterErasureIsSomebodyElse() {
    Person before = fixture.personWith(email, PeopleFixture.PASSWORD);
    fixture.erasure(List.of()).erase(before.id());

    assertThat(fixture.personWith(email, PeopleFixture.PASSWORD).id()).isNotEqualTo(before.id());
  }

  @Test
  void dataKeysFollowTheServersKeyAndNothingIsLostOnTheWay() {
    // A database of its own: the keys of others are wrapped by keys that this test hasn't got.
    var other = TestDatabase.fresh();
    var succeeding = new People(other.jdbc(), fixture.dataKeys, fixture.random);
    Person person =
        other
            .transactions()
            .execute(s -> succeeding.findOrCreate(email, fixture.clock.instant()).person());
    SealedText sealed = succeeding.seal(person.id(), "something personal");

    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(succeeding.find(email)).contains(person);
    assertThat(rewrapping(other, succeeding).step()).isFalse();
    fixture.serverKeys.dropRetired(Purpose.PERSON_WRAPPING);

    assertThat(succeeding.find(email)).contains(person);
    PersonKey key = succeeding.keyOf(person.id()).orElseThrow();
    assertThat(key.unseal(sealed)).contains("something personal");
  }

  @Test
  void whoCannotBeReadIsCountedAndStopsNobodyElsesSuccession() {
    var other = TestDatabase.fresh();
    var succeeding = new People(other.jdbc(), fixture.dataKeys, fixture.random);
    Rewrapping rewrapping = rewrapping(other, succeeding);
    List<PersonId> people =
        IntStream.range(0, 3)
            .mapToObj(i ->
                other
                    .transactions()
                    .execute(s ->
                        succeeding.findOrCreate(PeopleFixture.someEmail(), fixture.clock.instant()))
                    .id())
            .toList();
    int updated =
        other
            .jdbc()
            .sql("update person set data_key = 'torn' where person_id = ?")
            .param(people.getFirst().uuid())
            .update();
    assertThat(updated).isEqualTo(1);

    String before = succeeding.currentKey();
    fixture.serverKeys.succeed(Purpose.PERSON_WRAPPING);
    assertThat(rewrapping.step()).isFalse();

    assertThat(rewrapping.unreadable()).isEqualTo(1);
    assertThat(
            other
                .jdbc()
                .sql("select count(*) from person where data_key_id = ?")
                .param(before)
                .query(Long.class)
                .single())
        .isEqualTo(1);

    // The walk is over, and begins anew after an hour alone.
    other
        .jdbc()
        .sql("update person set data_key_id = ? where person_id = ?")
        .params(before, people.getLast().uuid())
        .update();
    rewrapping.step();
    assertThat(rewrapping.unreadable()).isEqualTo(1);
    fixture.clock.advance(Duration.ofHours(1));
    rewrapping.step();
    assertThat(rewrapping.unreadable()).isEqualTo(2);
  }

  private Rewrapping rewrapping(TestDatabase database, People people) {
    return new Rewrapping(
        people,
        database.transactions(),
        new AgreedClock(fixture.clock, () -> fixture.clock.instant()));
  }
}
