package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/**
 * The people of all seeded organisations, whom token-service knows: what is sealed for them is
 * opened as ever. Each acts from a network of their own, every second one's of IPv6.
 */
public final class SeedPeople {
  /** So many are enough for one organisation; small ones share them. */
  public static final int COUNT = 200;

  private static final int ADDRESSES_EACH = 4;

  private final List<PersonId> ids;
  private final List<PersonKey> keys;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param ids of {@link #COUNT} people
   * @param keys of the same, in their order; none where nothing is to be sealed
   */
  public SeedPeople(List<PersonId> ids, List<PersonKey> keys) {
    this.ids = List.copyOf(ids);
    this.keys = List.copyOf(keys);
  }

  /** To go through a history again that is stored already, without a word of theirs. */
  public static SeedPeople unknown() {
    var made = new Ids(12);
    return new SeedPeople(Stream.generate(made::person).limit(COUNT).toList(), List.of());
  }

  PersonId person(int number) {
    return ids.get(number % COUNT);
  }

  /** Under the person's key; {@code null} where it isn't known. */
  SealedText sealed(int number, String text) {
    PersonId person = person(number);
    return keys.isEmpty()
        ? new SealedText(person, "")
        : keys.get(number % COUNT).seal(text, random);
  }

  static String addressOf(int number, long event) {
    int person = number % COUNT;
    long host = 1 + event % ADDRESSES_EACH;
    return isOfSix(number) ? "2001:db8:" + person + "::" + host : "10.20." + person + "." + host;
  }

  static boolean isOfSix(int number) {
    return number % 2 == 1;
  }
}
