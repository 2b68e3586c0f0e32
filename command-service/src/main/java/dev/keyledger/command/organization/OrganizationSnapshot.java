package dev.keyledger.command.organization;

import dev.keyledger.events.EventCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An organisation's state at one position, as it is stored: a head, then keys as {@link KeyBytes},
 * the open ones apart from those that ended. To take it costs little, since nothing is written out
 * before {@link #parts}, which any thread may call.
 */
public final class OrganizationSnapshot {
  /**
   * To be raised with any change of what is in it or of how events fold: one of another format is
   * not read. A field need not, whose absence says what events of before it fold to.
   */
  public static final int FORMAT = 3;

  /**
   * Of one that has subscriptions: a release that knows none would lose them by its next snapshot,
   * and isn't to read it.
   */
  private static final int WITH_SUBSCRIPTIONS = 4;

  /**
   * Of one that has a suspended key, with subscriptions or without: a release that knows no such
   * keys would have it work.
   */
  private static final int WITH_SUSPENDED_KEYS = 5;

  /**
   * Of one whose policy or ceiling bounds the age of secrets, whatever else it has: a release that
   * knows no such bound would lose it by its next snapshot.
   */
  private static final int WITH_AGES = 6;

  /** All that this release reads. */
  public static final List<Integer> FORMATS =
      List.of(FORMAT, WITH_SUBSCRIPTIONS, WITH_SUSPENDED_KEYS, WITH_AGES);

  private static final int LARGEST_PART = 1 << 20;

  /**
   * @param checksums of the parts behind the head, those of open keys first
   * @param countedTimes {@code null} in those of before policies bounded how often members command
   * @param subscriptions {@code null} where there are none
   */
  record Head(
      long position,
      @Nullable Long newestRevocation,
      Standing standing,
      List<Member> members,
      int openParts,
      KeyBytes.Words openWords,
      KeyBytes.Words endedWords,
      List<Long> checksums,
      @Nullable List<Long> countedTimes,
      @Nullable List<Subscription> subscriptions) {}

  private final long position;
  private final @Nullable Long newestRevocation;
  private final Standing standing;
  private final List<Member> members;
  private final List<Key> open;
  private final EndedKeys.Frozen ended;
  private final List<Long> countedTimes;
  private final List<Subscription> subscriptions;

  private OrganizationSnapshot(OrganizationState state, EndedKeys.Frozen ended) {
    this.position = state.position();
    this.newestRevocation = state.newestRevocation();
    this.standing = state.standing();
    this.members = List.copyOf(state.members().all());
    this.open = state.keys().open();
    this.ended = ended;
    this.countedTimes = state.countedTimes();
    this.subscriptions = List.copyOf(state.subscriptions().all());
  }

  /**
   * @param state with everything packed away
   * @throws IllegalStateException for one that keeps open keys only
   */
  public static OrganizationSnapshot of(OrganizationState state) {
    EndedKeys.Frozen ended = state.keys().frozenEnded();
    if (ended == null) {
      throw new IllegalStateException("a snapshot is of all that commands decide on");
    }
    return new OrganizationSnapshot(state, ended);
  }

  public long position() {
    return position;
  }

  public int format() {
    if (standing.policy().keys().maximumAge() != null
        || standing.ceiling().keys().maximumAge() != null) {
      return WITH_AGES;
    }
    if (open.stream().anyMatch(key -> key.suspension() != null)) {
      return WITH_SUSPENDED_KEYS;
    }
    return subscriptions.isEmpty() ? FORMAT : WITH_SUBSCRIPTIONS;
  }

  /** The head, then the parts behind it, each of a megabyte at most but for the head. */
  public List<byte[]> parts() {
    var words = new KeyBytes();
    List<byte[]> parts = new ArrayList<>(openParts(words));
    int openParts = parts.size();
    parts.addAll(ended.cut());
    var head =
        new Head(
            position,
            newestRevocation,
            standing,
            members,
            openParts,
            words.words(),
            ended.words(),
            parts.stream().map(OrganizationSnapshot::checksum).toList(),
            countedTimes,
            subscriptions.isEmpty() ? null : subscriptions);
    parts.addFirst(EventCodec.encode(head));
    return parts;
  }

  private List<byte[]> openParts(KeyBytes words) {
    var parts = new ArrayList<byte[]>();
    var part = new ByteArrayOutputStream();
    for (Key key : open) {
      byte[] bytes = words.write(key);
      if (part.size() > 0 && part.size() + bytes.length > LARGEST_PART) {
        parts.add(part.toByteArray());
        part.reset();
      }
      part.writeBytes(bytes);
    }
    if (part.size() > 0) {
      parts.add(part.toByteArray());
    }
    return parts;
  }

  private static long checksum(byte[] part) {
    var crc = new CRC32();
    crc.update(part);
    return crc.getValue();
  }

  /** Where the parts behind a head come from. */
  public interface Parts {
    /**
     * @param number 1 for the first behind the head
     */
    byte[] part(int number);
  }

  /**
   * The state that a snapshot was taken of.
   *
   * @param endedToo {@code false} for one of open keys only; no other parts are asked for then
   * @throws RuntimeException for what is no snapshot of this format
   */
  public static OrganizationState restore(byte[] headBytes, Parts parts, boolean endedToo) {
    Head head = EventCodec.decode(headBytes, Head.class);
    int all = head.checksums().size();
    var form = new KeyBytes(head.openWords());
    var open = new ArrayList<Key>();
    for (byte[] part : read(head, parts, 1, head.openParts())) {
      for (int at = 0; at < part.length; at = KeyBytes.behind(part, at)) {
        open.add(form.read(part, at));
      }
    }
    var members = new Members();
    head.members().forEach(members::restore);
    return new OrganizationState(
        head.position(),
        head.newestRevocation(),
        head.standing(),
        members,
        KeyRing.restore(
            endedToo ? head.endedWords() : null,
            endedToo ? read(head, parts, head.openParts() + 1, all) : List.of(),
            open,
            head.standing().policy().keys()),
        new CommandRate(Objects.requireNonNullElse(head.countedTimes(), List.of())),
        Subscriptions.restore(Objects.requireNonNullElse(head.subscriptions(), List.of())));
  }

  private static List<byte[]> read(Head head, Parts parts, int first, int last) {
    var read = new ArrayList<byte[]>();
    for (int number = first; number <= last; number++) {
      byte[] part = parts.part(number);
      if (checksum(part) != head.checksums().get(number - 1)) {
        throw new IllegalStateException("a snapshot's part is not as it was written");
      }
      read.add(part);
    }
    return read;
  }
}
