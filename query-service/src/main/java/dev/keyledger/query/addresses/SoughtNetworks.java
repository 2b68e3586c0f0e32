package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a range of addresses is looked for by in an organisation's activity, for one question.
 *
 * @param level of the networks that it is looked for by; empty where no index leads to it
 * @param people under whose keys some are sealed
 * @param hashes of the wanted network, under each of their keys and under none
 * @param opened the data keys that were asked for
 */
public record SoughtNetworks(
    AddressRange range, OptionalInt level, Set<UUID> people, List<Long> hashes, Opened opened) {

  /**
   * Rows have to be looked at one after another: in a range wider than any network that is kept,
   * and where some are sealed for so many people that their keys can't be asked for at once.
   */
  static SoughtNetworks byWalking(AddressRange range, Opened opened) {
    return new SoughtNetworks(range, OptionalInt.empty(), Set.of(), List.of(), opened);
  }

  public boolean isIndexed() {
    return level.isPresent();
  }

  /** The column that holds the hashes. */
  public String column() {
    return "network_hash_" + (level.getAsInt() + 1);
  }

  /**
   * The network and the range have addresses in common: of two ranges one holds the other, or none.
   *
   * @param name {@code null} of one that is sealed
   * @param sealed {@code null} of one that is in clear
   * @param keys of whoever it may be sealed for
   */
  public boolean overlaps(@Nullable String name, @Nullable SealedText sealed, Opened keys) {
    String text = name != null ? name : keys.text(sealed);
    return text != null
        && AddressRange.parse(text)
            .filter(network -> range.containsAll(network) || network.containsAll(range))
            .isPresent();
  }
}
