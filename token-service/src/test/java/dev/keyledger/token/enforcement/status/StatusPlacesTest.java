package dev.keyledger.token.enforcement.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.token.enforcement.tokens.StatusPlace;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who has a place has it alone, and learns nothing by it of who stands beside them. */
class StatusPlacesTest {
  private final AtomicLong nanoTime = new AtomicLong();
  private final StatusPlaces places = replica();

  private StatusPlaces replica() {
    return new StatusPlaces(new SecureRandom(), nanoTime::get);
  }

  private List<StatusPlace> taken(StatusPlaces from, int many) {
    return IntStream.range(0, many).mapToObj(i -> from.next(20)).toList();
  }

  private static Set<UUID> lists(List<StatusPlace> places) {
    return new HashSet<>(places.stream().map(StatusPlace::list).toList());
  }

  @Test
  void noPlaceComesTwiceWhicheverReplicaOrLifeOfOneHandsItOut() {
    var all = new HashSet<StatusPlace>();
    List<StatusPlace> of = taken(places, 2 * StatusPlaces.SIZE);
    all.addAll(of);
    all.addAll(taken(replica(), 100));
    all.addAll(taken(replica(), 100));

    assertThat(all).hasSize(2 * StatusPlaces.SIZE + 200);
    assertThat(lists(of)).hasSize(2);
    assertThat(of).allMatch(place -> place.index() >= 0 && place.index() < StatusPlaces.SIZE);
  }

  @Test
  void theOrderIsNobodysToGuess() {
    List<Integer> one = taken(places, 64).stream().map(StatusPlace::index).toList();
    List<Integer> other = taken(replica(), 64).stream().map(StatusPlace::index).toList();

    assertThat(one).isNotEqualTo(other).isNotEqualTo(one.stream().sorted().toList());
    // As spread as chance makes it: 64 of 16,384 in one half alone would be one in 2^63.
    assertThat(one).anyMatch(i -> i < StatusPlaces.SIZE / 2);
    assertThat(one).anyMatch(i -> i >= StatusPlaces.SIZE / 2);
  }

  @Test
  void aListIsLeftAfterAnHourAndWhereLongScopesWouldMakeItDearToRead() {
    StatusPlace first = places.next(20);
    nanoTime.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(places.next(20).list()).isEqualTo(first.list());
    nanoTime.addAndGet(1);
    StatusPlace later = places.next(20);
    assertThat(later.list()).isNotEqualTo(first.list());

    List<StatusPlace> dear = IntStream.range(0, 600).mapToObj(i -> places.next(8_000)).toList();

    assertThat(lists(dear)).hasSize(2).contains(later.list());
  }
}
