package dev.keyledger.delivery.feed;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.RecordPlace;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One thing that followers are told, in the form in which they are. */
public final class FeedEntry {
  private final Kind kind;
  private final long offset;
  private final long mattersUntil;
  private final String subject;
  private final boolean isEnd;
  private final byte[] json;

  /** Of what it tells. */
  public enum Kind {
    REVOCATION,
    /** A record that can't be read: it could have been anything of its stream. */
    UNREADABLE
  }

  private FeedEntry(
      Kind kind, long offset, long mattersUntil, String subject, boolean isEnd, byte[] json) {
    this.kind = kind;
    this.offset = offset;
    this.mattersUntil = mattersUntil;
    this.subject = subject;
    this.isEnd = isEnd;
    this.json = json;
  }

  /**
   * @param mattersUntil by the monotonic clock
   */
  static FeedEntry of(long offset, long mattersUntil, Revocation revocation) {
    return new FeedEntry(
        Kind.REVOCATION,
        offset,
        mattersUntil,
        revocation.id(),
        revocation.effect() == Revocation.Effect.END,
        EventCodec.encode(revocation.withoutSecret()));
  }

  static FeedEntry unreadable(
      long offset, long mattersUntil, RecordPlace place, @Nullable String stream) {
    Map<String, String> told = new TreeMap<>(Map.of("record", nameOf(place)));
    if (stream != null) {
      told.put("stream", stream);
    }
    return new FeedEntry(
        Kind.UNREADABLE,
        offset,
        mattersUntil,
        stream == null ? "" : stream,
        false,
        EventCodec.mapper().writeValueAsBytes(told));
  }

  /** By which {@code unreadable} and its acknowledgement are the same record's. */
  static String nameOf(RecordPlace place) {
    return place.digest();
  }

  public Kind kind() {
    return kind;
  }

  /** Of the record in its partition. */
  long offset() {
    return offset;
  }

  /** By the monotonic clock: until then a token may be out there that it hits. */
  long mattersUntil() {
    return mattersUntil;
  }

  /** The id of what it is about; of a record that can't be read its stream, or nothing. */
  public String subject() {
    return subject;
  }

  /** Whether that is dead, for ever. */
  public boolean isEnd() {
    return isEnd;
  }

  /** A JSON object. */
  public String json() {
    return new String(json, StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    return json.clone();
  }
}
