package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.keys.PersonKey;
import inet.ipaddr.IPAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  /** Of a network that activity tells there are so many, the widest ones. */
  static final int LEVELS_TOLD = 3;

  /** So long are these: 256 addresses of IPv4, the 48 bits of an IPv6 site. */
  private static final int TOLD_FOUR = 24;

  private static final int TOLD_SIX = 48;
  private static final String WHAT_IS_TOLD = "networks that keys were used from";

  /** What a network's text hashes to. */
  interface Hashing {
    byte[] of(String text);
  }

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
    return levelOf(lengthsOf(range.block()), lengthOf(range.block()));
  }

  private static OptionalInt levelOf(int[] lengths, int length) {
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

  /** Under a person's key, or by none where the network is told in clear. */
  static Hashing ofTold(@Nullable PersonKey key) {
    return key == null ? Networks::sha256 : text -> key.index(WHAT_IS_TOLD, text);
  }

  /**
   * @param text of a network that activity tells
   * @return a hash for each level whose network holds it; {@code null} for narrower ones, and for
   *     text that is no network
   */
  static @Nullable Long[] hashesOfTold(OrganizationId organization, Hashing hashing, String text) {
    var hashes = new @Nullable Long[LEVELS_TOLD];
    AddressRange.parse(text)
        .ifPresent(network -> {
          int last = levelOfTold(network).orElse(-1);
          for (int level = 0; level <= last; level++) {
            hashes[level] = hashOfTold(organization, hashing, network, level);
          }
        });
    return hashes;
  }

  /**
   * The narrowest level whose network holds the range, or holds what activity tells of an address
   * in it; empty for a wider range than any.
   */
  static OptionalInt levelOfTold(AddressRange range) {
    int told = range.block().isIPv4() ? TOLD_FOUR : TOLD_SIX;
    return levelOf(lengthsOf(range.block()), Math.min(told, lengthOf(range.block())));
  }

  static long hashOfTold(
      OrganizationId organization, Hashing hashing, AddressRange range, int level) {
    IPAddress first = range.block().getLower().withoutPrefixLength();
    return hash(organization, hashing, first, lengthsOf(first)[level]);
  }

  private static int lengthOf(IPAddress block) {
    @Nullable Integer length = block.getNetworkPrefixLength();
    return length == null ? block.getBitCount() : length;
  }

  private static long hash(
      OrganizationId organization, PersonKey key, IPAddress address, int length) {
    return hash(organization, text -> key.index(WHAT, text), address, length);
  }

  private static long hash(
      OrganizationId organization, Hashing hashing, IPAddress address, int length) {
    String network = address.mask(address.getNetwork().getNetworkMask(length)).toCanonicalString();
    return ByteBuffer.wrap(hashing.of(organization.value() + " " + network + "/" + length))
        .getLong();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
