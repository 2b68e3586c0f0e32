package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a range of addresses is looked for by in one organisation, for one question.
 *
 * @param level of the networks that it is looked for by; empty where no index leads to it
 * @param hashes whose, and what the wanted network hashes to under their key
 * @param opened the data keys that were asked for
 * @param next the first position that may not be indexed
 */
public record SoughtAddresses(
    AddressRange range, OptionalInt level, Map<Integer, Long> hashes, Opened opened, long next) {
  private static final String[] COLUMNS = {"network_1", "network_2", "network_3", "address"};

  /**
   * Events have to be looked at one after another: in a range wider than any network that is kept,
   * and where so many people have acted that their keys can't be asked for at once.
   */
  static SoughtAddresses byWalking(AddressRange range) {
    return new SoughtAddresses(
        range, OptionalInt.empty(), Map.of(), Opened.NOTHING, Long.MAX_VALUE);
  }

  public boolean isIndexed() {
    return level.isPresent();
  }

  /** The column that holds the hashes. */
  public String column() {
    return COLUMNS[level.getAsInt()];
  }

  /** Whether all events up to that position were looked at. */
  public boolean reaches(long position) {
    return position < next;
  }

  /**
   * What is sealed is in the range.
   *
   * @param keys of whoever it may be sealed for
   */
  public boolean holds(@Nullable SealedText sealed, Opened keys) {
    String address = keys.text(sealed);
    return address != null && range.contains(address);
  }
}
