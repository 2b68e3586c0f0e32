package dev.keyledger.delivery.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Presented;
import dev.keyledger.delivery.feed.FeedEntry;
import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.id.Id;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who follows, and whether they still may. Of one thread. */
public final class Follower {
  private static final int NOT_NOW = 503;
  private static final long SHORTLY = Duration.ofSeconds(2).toNanos();

  private final Authenticator authenticator;
  private final Presented presented;
  private final Predicate<Caller> may;
  private final long untold;
  private final FeedScope scope;
  private final long askAgain;
  private final Set<String> own;
  private final Set<String> restsOn;
  private boolean heard;
  private boolean ended;
  private long askedNext;
  private long toldAt;

  /**
   * @param may whether who calls may follow, whose credential is good
   * @param untold for how long they go on where nobody can tell whether they may; {@code null} for
   *     as long as that is so
   * @param askAgain between two questions whether the credential is still good
   * @param now by the monotonic clock
   */
  Follower(
      Authenticator authenticator,
      Presented presented,
      Caller caller,
      Predicate<Caller> may,
      @Nullable Duration untold,
      Duration askAgain,
      long now) {
    this.authenticator = authenticator;
    this.presented = presented;
    this.may = may;
    this.untold = untold == null ? Long.MAX_VALUE : untold.toNanos();
    this.toldAt = now;
    this.scope = scopeOf(caller);
    this.askAgain = askAgain.toNanos();
    this.askedNext = now + this.askAgain;
    this.own = ids(caller.member(), caller.key(), caller.session());
    this.restsOn = new TreeSet<>(own);
    if (caller.organization() != null) {
      String organization = caller.organization().value();
      restsOn.addAll(List.of(organization, "sessions:" + organization));
    }
  }

  private static Set<String> ids(@Nullable Id... all) {
    return Stream.of(all)
        .filter(Objects::nonNull)
        .map(Id::value)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The platform's own hear of all, anybody else of their organisation. */
  public static FeedScope scopeOf(Caller caller) {
    return caller.organization() == null
        ? new FeedScope.All()
        : new FeedScope.Of(caller.organization());
  }

  /** Has it asked about them with the next step, as what they missed may have been about them. */
  void mayHaveMissed() {
    heard = true;
  }

  FeedScope scope() {
    return scope;
  }

  /** What is told them may be about their own credential. */
  void hears(FeedEntry entry) {
    ended |= entry.isEnd() && own.contains(entry.subject());
    heard |= restsOn.contains(entry.subject());
  }

  /** When they are next to be asked about, by the monotonic clock. */
  long askedNext() {
    return askedNext;
  }

  /**
   * Whether they may go on. Of what they heard of themselves token-service, which is asked, may not
   * have heard yet: it is asked once more a little later.
   */
  boolean goesOn(long now) {
    if (ended) {
      return false;
    }
    if (heard || now - askedNext >= 0) {
      askedNext = now + (heard ? SHORTLY : askAgain);
      heard = false;
      return mayGoOn(now);
    }
    return true;
  }

  /** Whether what they follow by was told to have ended. */
  boolean hasEnded() {
    return ended;
  }

  private boolean mayGoOn(long now) {
    try {
      Caller caller = presented.by(authenticator);
      toldAt = now;
      return may.test(caller) && scopeOf(caller).equals(scope);
    } catch (AccessRefusedException e) {
      return e.status() == NOT_NOW && now - toldAt < untold;
    }
  }
}
