package dev.keyledger.conformance.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** Chance that can be had again: the same seed, endpoint and number give the same request. */
final class Dice {
  private final SplittableRandom random;

  private Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  static Dice of(long seed, String target, int number) {
    return new Dice(seed * 0x9E3779B97F4A7C15L + target.hashCode() * 0x85EBCA77C2B2AE63L + number);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  <T> T of(List<T> many) {
    return many.get(random.nextInt(many.size()));
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
