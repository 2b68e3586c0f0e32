package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.counts.Counts;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyVerdict.Accepted;
import dev.keyledger.kit.decide.KeyVerdict.Refused;
import dev.keyledger.kit.web.bounds.Network;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Uses of secrets, and refusals of keys that are known, since they were last taken away. What is no
 * organisation's credential is no organisation's history. What has no room is counted in {@code
 * keyledger.counts.lost}.
 */
@Component
public final class UsageCounter {
  private static final String LOST = "keyledger.counts.lost";

  private static final int MOST_USES = 1_000_000;

  /** Beyond it a use is counted without where it was from. */
  static final int MOST_PLACES = 200_000;

  private static final int MOST_DENIALS = 100_000;

  /** Beyond it a refusal is counted without where it was from. */
  private static final int MOST_DENIED_PLACES = 100_000;

  private static final int ADDRESSES_OF_A_KEY = 64;
  private static final int NETWORKS_OF_A_KEY = 1_000;
  private static final int DENIED_NETWORKS_OF_A_KEY = 16;

  private static final String ANYWHERE = "";

  private static final int BITS_OF_IPV4 = 24;
  private static final int BITS_OF_IPV6 = 48;

  /** Stands for the addresses of a key of which not even the networks had room. */
  public static final String SOMEWHERE = "*";

  /**
   * @param address from which; empty where that isn't known; the name of its network where it had
   *     no room; or {@link UsageCounter#SOMEWHERE}
   * @param organization follows from the key, and tells nothing apart
   */
  public record Used(UUID key, String secretPrefix, String address, OrganizationId organization)
      implements PlaceRooms.Place {
    private record NetworksOf(UUID key) {}

    @Override
    public Object room() {
      return isOfNetwork() ? new NetworksOf(key) : key;
    }

    @Override
    public int most() {
      return isOfNetwork() ? NETWORKS_OF_A_KEY : ADDRESSES_OF_A_KEY;
    }

    KeyId keyId() {
      return KeyId.of(key);
    }

    boolean isOfNetwork() {
      return address.indexOf('/') >= 0;
    }

    /**
     * 256 addresses of IPv4, or the 48 bits of an IPv6 site.
     *
     * @return {@code null} for text that is no address
     */
    public @Nullable Network network() {
      int slash = address.indexOf('/');
      Network network =
          Network.around(
              slash < 0 ? address : address.substring(0, slash), BITS_OF_IPV4, BITS_OF_IPV6);
      return network == null || slash < 0 || network.name().equals(address) ? network : null;
    }

    // As any record's, written out: looked up at every verification, the generated ones cost it 3
    // %.
    @Override
    public boolean equals(Object other) {
      return other instanceof Used that
          && key.equals(that.key)
          && secretPrefix.equals(that.secretPrefix)
          && address.equals(that.address);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * key.hashCode() + secretPrefix.hashCode()) + address.hashCode();
    }
  }

  /**
   * @param code why
   * @param network from which; empty where that isn't known or had no room
   */
  record Denied(UUID key, String code, String network, OrganizationId organization)
      implements PlaceRooms.Place {
    KeyId keyId() {
      return KeyId.of(key);
    }

    @Override
    public Object room() {
      return key;
    }

    @Override
    public int most() {
      return DENIED_NETWORKS_OF_A_KEY;
    }
  }

  private final Counts<Used> places;
  private final PlaceRooms rooms = new PlaceRooms(MOST_PLACES);
  private final Counter placesLost;
  private final Counts<Used> uses;
  private final Counts<Denied> deniedPlaces;
  private final PlaceRooms deniedRooms = new PlaceRooms(MOST_DENIED_PLACES);
  private final Counts<Denied> denials;

  public UsageCounter(MeterRegistry registry) {
    placesLost = registry.counter(LOST, "counts", "addresses");
    places = new Counts<>(MOST_PLACES, unused -> {});
    uses = new Counts<>(MOST_USES, registry.counter(LOST, "counts", "uses")::increment);
    deniedPlaces = new Counts<>(MOST_DENIED_PLACES, unused -> {});
    denials = new Counts<>(MOST_DENIALS, registry.counter(LOST, "counts", "denials")::increment);
  }

  /**
   * @param address from which; empty where that isn't known
   * @param now milliseconds since the epoch
   */
  public void used(Accepted accepted, String address, long now) {
    KeyFacts key = accepted.key();
    String prefix = accepted.secretPrefix();
    var used = new Used(key.uuid(), prefix, address, key.organizationId());
    if (isCounted(used, now)) {
      return;
    }
    Network network = used.network();
    if (network != null
        && isCounted(new Used(key.uuid(), prefix, network.name(), key.organizationId()), now)) {
      return;
    }
    placesLost.increment();
    uses.add(new Used(key.uuid(), prefix, SOMEWHERE, key.organizationId()), 1, now);
  }

  private boolean isCounted(Used used, long now) {
    return places.addKnown(used, 1, now) || (rooms.enter(used) && places.add(used, 1, now));
  }

  /**
   * @param address from which; empty where that isn't known
   * @param now milliseconds since the epoch
   */
  public void denied(Refused refused, String address, long now) {
    KeyFacts key = refused.key();
    if (key == null) {
      return;
    }
    String code = refused.code().text();
    Network network = Network.around(address, BITS_OF_IPV4, BITS_OF_IPV6);
    if (network != null) {
      var from = new Denied(key.uuid(), code, network.name(), key.organizationId());
      if (deniedPlaces.addKnown(from, 1, now)
          || (deniedRooms.enter(from) && deniedPlaces.add(from, 1, now))) {
        return;
      }
    }
    denials.add(new Denied(key.uuid(), code, ANYWHERE, key.organizationId()), 1, now);
  }

  /** By secret and address, or its network. */
  List<Counted<Used>> takeUses() {
    List<Counted<Used>> taken = places.take();
    rooms.keepOnly(taken);
    taken.addAll(uses.take());
    return taken;
  }

  /** The same by secret alone. */
  static List<Counted<Used>> bySecret(List<Counted<Used>> uses) {
    Map<Used, Counted<Used>> sums = new LinkedHashMap<>();
    for (Counted<Used> use : uses) {
      var secret =
          new Used(
              use.what().key(), use.what().secretPrefix(), ANYWHERE, use.what().organization());
      sums.merge(
          secret,
          new Counted<>(secret, use.count(), use.last()),
          (a, b) ->
              new Counted<>(
                  secret, a.count() + b.count(), a.last().isAfter(b.last()) ? a.last() : b.last()));
    }
    return List.copyOf(sums.values());
  }

  List<Counted<Denied>> takeDenials() {
    List<Counted<Denied>> taken = deniedPlaces.take();
    deniedRooms.keepOnly(taken);
    taken.addAll(denials.take());
    return taken;
  }
}
