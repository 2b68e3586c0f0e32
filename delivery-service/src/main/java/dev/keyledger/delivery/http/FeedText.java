package dev.keyledger.delivery.http;

import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedEntry;
import dev.keyledger.delivery.feed.FeedPage;
import dev.keyledger.delivery.feed.FeedScope;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Readings of the feed as JSON. Entries are JSON already; what else there is needs no escapes. */
final class FeedText {
  private FeedText() {}

  /** A page, as an object. */
  static String of(FeedScope scope, Feed.Reading reading) {
    FeedPage page = reading.page();
    String whose =
        scope instanceof FeedScope.Of one
            ? "{\"organization\":\"" + one.organization() + "\","
            : "{";
    return whose
        + "\"revocations\":"
        + array(page.entries(), FeedEntry.Kind.REVOCATION)
        + ",\"unreadable\":"
        + array(page.entries(), FeedEntry.Kind.UNREADABLE)
        + ",\"acknowledged\":"
        + page.acknowledged().stream()
            .sorted()
            .collect(Collectors.joining("\",\"", "[\"", "\"]"))
            .replace("[\"\"]", "[]")
        + ",\"next\":\""
        + page.next()
        + "\",\"more\":"
        + page.more()
        + ",\"reset\":"
        + page.reset()
        + ",\"fresh\":"
        + reading.fresh()
        + ",\"age_ms\":"
        + millis(reading.age())
        + "}";
  }

  private static String array(List<FeedEntry> entries, FeedEntry.Kind kind) {
    return entries.stream()
        .filter(entry -> entry.kind() == kind)
        .map(FeedEntry::json)
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** How old what was told before may be. */
  static String heartbeat(Feed.Reading reading) {
    return "{\"fresh\":" + reading.fresh() + ",\"age_ms\":" + millis(reading.age()) + "}";
  }

  // Rounded up: it may be older than it is, and never younger.
  static String millis(@Nullable Duration age) {
    return age == null ? "null" : String.valueOf(age.plusNanos(999_999).toMillis());
  }
}
