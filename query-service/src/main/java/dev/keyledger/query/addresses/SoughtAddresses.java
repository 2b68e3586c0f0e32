package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a range of addresses is looked for by in one organisation, for one question. */
public final class SoughtAddresses {
  private static final String[] COLUMNS = {"network_1", "network_2", "network_3", "address"};

  private final AddressRange range;
  private final OptionalInt level;
  private final Map<Integer, Long> hashes;
  private final Opened opened;
  private final long next;

  SoughtAddresses(
      AddressRange range, OptionalInt level, Map<Integer, Long> hashes, Opened opened, long next) {
    this.range = range;
    this.level = level;
    this.hashes = hashes;
    this.opened = opened;
    this.next = next;
  }

  /** Whether the index leads to it; a range wider than any network in it has to be walked for. */
  public boolean isIndexed() {
    return level.isPresent();
  }

  /** The column that holds the hashes. */
  public String column() {
    return COLUMNS[level.getAsInt()];
  }

  /** Whose, and what the wanted network hashes to under their key. */
  public Map<Integer, Long> hashes() {
    return hashes;
  }

  /** Whether all events up to that position were looked at. */
  public boolean reaches(long position) {
    return position < next;
  }

  /** What is sealed is in the range. */
  public boolean holds(@Nullable SealedText sealed) {
    String address = opened.text(sealed);
    return address != null && range.contains(address);
  }
}
