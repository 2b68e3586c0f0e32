package dev.keyledger.command.receipts;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipt.Channel;
import dev.keyledger.kit.receipts.Receipt.Consumer;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a key's last end.
 *
 * @param followers whether those who follow are waited for
 * @param decidedAt by the clock of the replica that decided it
 * @param inForceAt {@code null} until it is known that it is in force
 * @param consumers who had to apply it, and has, as far as known
 * @param looked whether those who followed have been added, of whom some are heard of only later
 * @param complete whether nothing more is to come
 */
record KeptReceipt(
    OrganizationId organization,
    KeyId key,
    long position,
    boolean followers,
    Instant decidedAt,
    @Nullable Instant inForceAt,
    List<Consumer> consumers,
    boolean looked,
    boolean complete) {
  /** Longer than any follower relies on what it was told, and whoever told it. */
  private static final Duration LONGEST = Duration.ofSeconds(90);

  /**
   * About as many as a receipt names of one organisation; who is missing goes before the others.
   */
  private static final int MOST = 1_000;

  KeptReceipt {
    consumers =
        consumers.size() <= MOST
            ? List.copyOf(consumers)
            : consumers.stream()
                .sorted(Comparator.comparing(one -> one.appliedAt() != null))
                .limit(MOST)
                .toList();
  }

  /** Who one is, whether it has a stream open or not. */
  private record Who(Channel channel, String name, String instance) {
    static Who of(Consumer one) {
      return new Who(
          switch (one.channel()) {
            case SSE, PAGE -> Channel.PAGE;
            case TOKEN_SERVICE -> Channel.TOKEN_SERVICE;
          },
          one.name(),
          one.instance());
    }
  }

  /** Up to where those who follow are waited for; {@code null} where they are not. */
  @Nullable Long awaitedAtFollowers() {
    return followers ? position : null;
  }

  /**
   * Those that a receipt which came into force names: one that had nothing to apply is not named.
   */
  static List<Consumer> named(Receipt inForce) {
    return inForce.consumers().stream()
        .filter(one ->
            one.channel() != Channel.TOKEN_SERVICE
                || one.appliedAt() != null
                || one.refusesBy() != null)
        .toList();
  }

  /**
   * The same, with what has been heard since: of who is named; of others at the first look alone.
   */
  KeptReceipt with(Receipt soFar) {
    Map<Who, Consumer> merged = new LinkedHashMap<>();
    consumers.forEach(one -> merged.put(Who.of(one), one));
    for (Consumer other : soFar.consumers()) {
      Consumer known = merged.get(Who.of(other));
      if (known == null ? !looked && belongs(other) : isNews(known, other)) {
        merged.put(Who.of(other), other);
      }
    }
    return new KeptReceipt(
        organization,
        key,
        position,
        followers,
        decidedAt,
        inForceAt,
        List.copyOf(merged.values()),
        looked,
        complete);
  }

  /** The first acknowledgement is the one to show. */
  private static boolean isNews(Consumer known, Consumer other) {
    return known.appliedAt() == null && other.appliedAt() != null;
  }

  /**
   * A replica that came later had to apply nothing. Of a follower that is only known to be there it
   * can't be told whether it was there by then.
   */
  private boolean belongs(Consumer other) {
    return switch (other.channel()) {
      case TOKEN_SERVICE -> inForceAt == null;
      case SSE, PAGE -> other.appliedAt() != null || other.refusesBy() != null;
    };
  }

  /** When whoever is missing refuses by itself; {@code null} where nobody is missing any more. */
  @Nullable Instant nextLook(Instant now) {
    return consumers.stream()
        .filter(one -> one.appliedAt() == null)
        .map(one -> one.refusesBy() == null ? decidedAt.plus(LONGEST) : one.refusesBy())
        .max(Comparator.naturalOrder())
        .filter(now::isBefore)
        .orElse(null);
  }

  Receipt receipt() {
    return new Receipt(position, inForceAt != null, inForceAt, consumers);
  }
}
