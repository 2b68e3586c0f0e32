package dev.keyledger.token.identity.people;

import com.github.f4b6a3.uuid.alt.GUID;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Who there is. An address is found by a keyed index and read under its person's data key; erasing
 * a person destroys that key, and with it whatever was sealed under it anywhere.
 */
@Component
public final class People {
  private static final String EMAIL = "e-mail addresses";

  private final JdbcClient jdbc;
  private final DataKeys dataKeys;
  private final SecureRandom random;

  People(JdbcClient jdbc, DataKeys dataKeys, SecureRandom random) {
    this.jdbc = jdbc;
    this.dataKeys = dataKeys;
    this.random = random;
  }

  /**
   * Also who is still found by the readable form of their domain: each is indexed anew when server
   * keys succeed one another.
   */
  public Optional<Person> find(EmailAddress email) {
    return jdbc.sql(
            """
            select person_id, operator, email_proven_at from person
            where email_index in (:indexes) or email_index in (:former)
            order by email_index in (:indexes) desc limit 1
            """)
        .param("indexes", dataKeys.indexes(EMAIL, email.value()))
        .param("former", dataKeys.indexes(EMAIL, email.readable()))
        .query(People::person)
        .optional();
  }

  public Optional<Person> find(PersonId person) {
    return jdbc.sql(
            "select person_id, operator, email_proven_at from person where person_id = :person and erased_at is null")
        .param("person", person.uuid())
        .query(People::person)
        .optional();
  }

  /** Whether there is, or was, such a person. */
  public boolean wasEver(PersonId person) {
    return jdbc.sql("select exists (select from person where person_id = :person)")
        .param("person", person.uuid())
        .query(Boolean.class)
        .single();
  }

  public boolean hasOperator() {
    return jdbc.sql(
            """
            select exists (select from person p join password using (person_id)
                           where p.operator and p.erased_at is null)
            """)
        .query(Boolean.class)
        .single();
  }

  /**
   * Holds the person's row until the caller's transaction ends; see {@link HeldPerson}.
   *
   * @return empty for the erased and the unknown
   * @throws IllegalStateException outside of a transaction
   */
  public Optional<HeldPerson> hold(PersonId person) {
    requireTransaction();
    // Not "for update": what only refers to the person, such as a refresh token, need not wait.
    return jdbc.sql(
            """
            select person_id, operator, email_proven_at from person where person_id = :person and erased_at is null
            for no key update
            """)
        .param("person", person.uuid())
        .query(People::person)
        .optional()
        .map(HeldPerson::new);
  }

  /**
   * Of those who ask at once for one address, one makes the person.
   *
   * @throws IllegalStateException outside of a transaction
   */
  public HeldPerson findOrCreate(EmailAddress email, Instant at) {
    requireTransaction();
    lock(email);
    // One who is erased between the two has the address no more.
    return find(email).flatMap(found -> hold(found.id())).orElseGet(() -> create(email, at));
  }

  // The index can't be relied on for that while server keys succeed one another.
  private void lock(EmailAddress email) {
    jdbc.sql("select pg_advisory_xact_lock(:lock)")
        .param("lock", lockOf(email))
        .query((row, number) -> true)
        .single();
  }

  private static void requireTransaction() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("a person is only held in a transaction");
    }
  }

  private HeldPerson create(EmailAddress email, Instant at) {
    PersonId person = PersonId.of(GUID.v7(at, random).toUUID());
    byte[] material = dataKeys.newMaterial();
    DataKeys.Wrapped wrapped = dataKeys.wrap(person, material);
    DataKeys.Index index = dataKeys.index(EMAIL, email.value());
    jdbc.sql(
            """
            insert into person (person_id, email_index, email_index_key, email_sealed, data_key, data_key_id, created_at)
            values (:person, :index, :indexKey, :email, :dataKey, :dataKeyId, :at)
            """)
        .param("person", person.uuid())
        .param("index", index.bytes())
        .param("indexKey", index.key())
        .param("email", new PersonKey(person, material).seal(email.value(), random).ciphertext())
        .param("dataKey", wrapped.bytes())
        .param("dataKeyId", wrapped.key())
        .param("at", Column.of(at))
        .update();
    return new HeldPerson(new Person(person, false, false));
  }

  /** The first proof stays the one that is on record. */
  public void proveAddress(HeldPerson person, Instant at) {
    jdbc.sql(
            """
            update person set email_proven_at = coalesce(email_proven_at, :at)
            where person_id = :person
            """)
        .param("at", Column.of(at))
        .param("person", person.id().uuid())
        .update();
  }

  /**
   * Gives the person another address, which they have proven.
   *
   * @return false when it is another's
   */
  public boolean changeAddress(HeldPerson held, EmailAddress email, Instant at) {
    lock(email);
    PersonId person = held.id();
    if (find(email).filter(found -> !found.id().equals(person)).isPresent()) {
      return false;
    }
    DataKeys.Index index = dataKeys.index(EMAIL, email.value());
    jdbc.sql(
            """
            update person set email_index = :index, email_index_key = :indexKey,
                              email_sealed = :email, email_proven_at = :at
            where person_id = :person
            """)
        .param("index", index.bytes())
        .param("indexKey", index.key())
        .param("email", seal(person, email.value()).ciphertext())
        .param("at", Column.of(at))
        .param("person", person.uuid())
        .update();
    return true;
  }

  public void makeOperator(HeldPerson person) {
    jdbc.sql("update person set operator = true where person_id = :person")
        .param("person", person.id().uuid())
        .update();
  }

  /** Empty for the erased and the unknown. */
  public Optional<PersonKey> keyOf(PersonId person) {
    return materialOf(List.of(person)).stream()
        .findFirst()
        .map(key -> new PersonKey(person, key.material()));
  }

  /**
   * @throws IllegalStateException for the erased and the unknown, whom no caller may still hold
   */
  public SealedText seal(PersonId person, String text) {
    return keyOf(person)
        .orElseThrow(() -> new IllegalStateException("an erased person has no key"))
        .seal(text, random);
  }

  public Optional<String> unseal(PersonId person, String ciphertext) {
    return keyOf(person).flatMap(key -> key.unseal(new SealedText(person, ciphertext)));
  }

  public Optional<EmailAddress> emailOf(PersonId person) {
    return jdbc.sql(
            "select email_sealed from person where person_id = :person and erased_at is null")
        .param("person", person.uuid())
        .query(String.class)
        .optional()
        .flatMap(sealed -> unseal(person, sealed))
        .map(EmailAddress::stored);
  }

  public record Material(PersonId person, byte[] material) {
    @Override
    public String toString() {
      return "[data key of " + person + "]";
    }
  }

  /** The data keys themselves; those of the erased and the unknown are absent. */
  public List<Material> materialOf(Collection<PersonId> people) {
    if (people.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select person_id, data_key, data_key_id from person
            where person_id in (:people) and data_key is not null
            """)
        .param("people", people.stream().map(PersonId::uuid).toList())
        .query((row, number) -> {
          PersonId person = PersonId.of(row.getObject("person_id", UUID.class));
          var wrapped =
              new DataKeys.Wrapped(row.getBytes("data_key"), row.getString("data_key_id"));
          return new Material(person, dataKeys.unwrap(person, wrapped));
        })
        .list();
  }

  /**
   * Destroys what of the person is personal, for ever. What else hangs on them is ended by {@link
   * Erasure}.
   *
   * @return false for the erased and the unknown
   */
  boolean forget(PersonId person, Instant at) {
    return jdbc.sql(
                """
                update person
                set erased_at = :at, data_key = null, data_key_id = null, email_index = null,
                    email_index_key = null, email_sealed = null, email_proven_at = null,
                    operator = false
                where person_id = :person and erased_at is null
                """)
            .param("at", Column.of(at))
            .param("person", person.uuid())
            .update()
        == 1;
  }

  /** Id of the server key that people's keys are to be wrapped by. */
  String currentKey() {
    return dataKeys.currentKey();
  }

  /**
   * @param stale whose key is wrapped, or whose address is indexed, by another server key
   */
  record Wrapping(PersonId person, boolean stale) {}

  /** The next so many who aren't erased, in the order of their ids. */
  List<Wrapping> wrappings(@Nullable PersonId after, String current, int atMost) {
    return jdbc.sql(
            """
            select person_id, data_key_id <> :current or email_index_key <> :current as stale from person
            where data_key is not null and (cast(:after as uuid) is null or person_id > cast(:after as uuid))
            order by person_id limit :atMost
            """)
        .param("current", current)
        .param("after", after == null ? null : after.uuid().toString(), Types.VARCHAR)
        .param("atMost", atMost)
        .query((row, number) ->
            new Wrapping(
                PersonId.of(row.getObject("person_id", UUID.class)), row.getBoolean("stale")))
        .list();
  }

  /**
   * Brings a person whose key is wrapped by a server key that has been succeeded under the current
   * one, so that the old one can go. Whoever another transaction holds is passed over.
   *
   * @return false when they were
   * @throws RuntimeException when what is stored can't be read
   */
  boolean rewrap(PersonId person) {
    requireTransaction();
    boolean held =
        jdbc.sql(
                """
                select person_id from person where person_id = :person and data_key is not null
                for update skip locked
                """)
            .param("person", person.uuid())
            .query(UUID.class)
            .optional()
            .isPresent();
    if (held) {
      wrapAnew(person);
    }
    return held;
  }

  private void wrapAnew(PersonId person) {
    Material material = materialOf(List.of(person)).getFirst();
    DataKeys.Wrapped wrapped = dataKeys.wrap(person, material.material());
    EmailAddress email =
        emailOf(person)
            .orElseThrow(
                () -> new IllegalStateException("the address of " + person + " is unreadable"));
    // Two that were two before are both kept, each under the form that it had.
    boolean isTheirs = find(email).filter(found -> !found.id().equals(person)).isEmpty();
    DataKeys.Index index = dataKeys.index(EMAIL, isTheirs ? email.value() : email.readable());
    jdbc.sql(
            """
            update person set data_key = :dataKey, data_key_id = :dataKeyId, email_index = :index,
                              email_index_key = :indexKey
            where person_id = :person
            """)
        .param("dataKey", wrapped.bytes())
        .param("dataKeyId", wrapped.key())
        .param("index", index.bytes())
        .param("indexKey", index.key())
        .param("person", person.uuid())
        .update();
  }

  private static long lockOf(EmailAddress email) {
    return ByteBuffer.wrap(DataKeys.lockName(email.value())).getLong();
  }

  private static Person person(ResultSet row, int number) throws SQLException {
    return new Person(
        PersonId.of(row.getObject("person_id", UUID.class)),
        row.getBoolean("operator"),
        row.getObject("email_proven_at") != null);
  }
}
