package dev.keyledger.delivery.feed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far a follower has come: the same at every replica, since it names places in the topic.
 *
 * @param epoch of which state of which topic the places are
 * @param next by partition, the offset of the first record that it hasn't been told of
 */
public record FeedCursor(String epoch, SortedMap<Integer, Long> next) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{22}(?:~[0-9a-f]{16})?)((?:\\.[0-9]{1,2}-[0-9]{1,18}){1,32})");
  private static final Pattern PLACE = Pattern.compile("\\.([0-9]{1,2})-([0-9]{1,18})");

  /** The longest that {@link #toString} gives. */
  public static final int LONGEST = 300;

  public FeedCursor {
    next = new TreeMap<>(next);
  }

  FeedCursor(String epoch, Map<Integer, Long> next) {
    this(epoch, new TreeMap<>(next));
  }

  /** Empty for what no feed has given to a follower with that scope. */
  public static Optional<FeedCursor> parse(String text, FeedScope scope) {
    Matcher form = FORM.matcher(text);
    if (text.length() > LONGEST || !form.matches()) {
      return Optional.empty();
    }
    var next = new TreeMap<Integer, Long>();
    Matcher place = PLACE.matcher(form.group(2));
    while (place.find()) {
      next.put(Integer.valueOf(place.group(1)), Long.valueOf(place.group(2)));
    }
    // In the one spelling: what could be taken for two places is none.
    return Optional.of(new FeedCursor(form.group(1), next))
        .filter(cursor -> List.copyOf(next.keySet()).equals(scope.partitions()))
        .filter(cursor -> cursor.toString().equals(text));
  }

  /** The first offset of that partition that it hasn't been told of. */
  public long at(int partition) {
    return next.getOrDefault(partition, 0L);
  }

  @Override
  public String toString() {
    return next.entrySet().stream()
        .map(place -> "." + place.getKey() + "-" + place.getValue())
        .collect(Collectors.joining("", epoch, ""));
  }
}
