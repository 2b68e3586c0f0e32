package dev.keyledger.delivery.feed;

import java.util.List;
import java.util.Set;

/**
 * A piece of the feed.
 *
 * @param next where it goes on
 * @param more whether there is more of it already
 * @param reset whether it begins at the beginning, since what was asked for isn't there any more or
 *     never was: what is held is all that can still matter to a token
 * @param whole whether this replica has read as far as the follower has come: what it says of its
 *     age is nothing to who has come further
 * @param acknowledged records that were told as unreadable, and that an operator has had all go on
 *     without
 */
public record FeedPage(
    List<FeedEntry> entries,
    FeedCursor next,
    boolean more,
    boolean reset,
    boolean whole,
    Set<String> acknowledged) {
  public FeedPage {
    entries = List.copyOf(entries);
    acknowledged = Set.copyOf(acknowledged);
  }
}
