package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.keys.PersonKey;
import inet.ipaddr.IPAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which networks of an address are kept, and what they hash to. A range that is none of them is
 * looked for by the next wider one, and what that finds is opened and looked at.
 */
final class Networks {
  /** From wide to narrow; the last is the address itself. */
  static final int LEVELS = 4;

  private static final int[] FOUR = {8, 16, 24, 32};
  private static final int[] SIX = {32, 48, 64, 128};
  private static final String WHAT = "networks that events came from";

  private Networks() {}

  private static int[] lengthsOf(IPAddress address) {
    return address.isIPv4() ? FOUR : SIX;
  }

  /**
   * @return a hash for each level; empty for text that is no address
   */
  static Optional<long[]> hashes(OrganizationId organization, PersonKey key, String text) {
    IPAddress address = AddressRange.address(text);
    if (address == null) {
      return Optional.empty();
    }
    int[] lengths = lengthsOf(address);
    var hashes = new long[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      hashes[level] = hash(organization, key, address, lengths[level]);
    }
    return Optional.of(hashes);
  }

  /** The narrowest level whose network holds all of the range; empty for a wider range than any. */
  static OptionalInt levelOf(AddressRange range) {
    int length = lengthOf(range.block());
    int[] lengths = lengthsOf(range.block());
    for (int level = LEVELS - 1; level >= 0; level--) {
      if (lengths[level] <= length) {
        return OptionalInt.of(level);
      }
    }
    return OptionalInt.empty();
  }

  static long hash(OrganizationId organization, PersonKey key, AddressRange range, int level) {
    IPAddress first = range.block().getLower().withoutPrefixLength();
    return hash(organization, key, first, lengthsOf(first)[level]);
  }

  private static int lengthOf(IPAddress block) {
    @Nullable Integer length = block.getNetworkPrefixLength();
    return length == null ? block.getBitCount() : length;
  }

  private static long hash(
      OrganizationId organization, PersonKey key, IPAddress address, int length) {
    String network = address.mask(address.getNetwork().getNetworkMask(length)).toCanonicalString();
    return ByteBuffer.wrap(key.index(WHAT, organization.value() + " " + network + "/" + length))
        .getLong();
  }
}
