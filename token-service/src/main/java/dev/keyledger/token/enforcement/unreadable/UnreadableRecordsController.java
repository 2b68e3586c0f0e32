package dev.keyledger.token.enforcement.unreadable;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.UnreadableConcern;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What the operator sees of records that token-service can't read, and does about them. */
@RestController
class UnreadableRecordsController {
  private static final int LONGEST_REASON = 500;

  /** What can't be read by the replica that answers, and what operators went on without. */
  record Listing(List<Unreadable> items, List<Done> acknowledged) {}

  /**
   * @param topicId Kafka's, which a topic made anew has not
   * @param digest SHA-256 of key, headers and value
   * @param headers of CloudEvents and the content type; of others only their size
   * @param size of the value, in bytes; -1 where it has none
   * @param content the value's first 512 bytes, other than printable ASCII as {@code \xNN}:
   *     revocations hold ids and times, never a secret, and what access.v1 holds is not shown
   * @param failure its kind
   * @param organization whose credentials answer 503 because of it; {@code null} for every one of
   *     the partition
   * @param acknowledgeable whether acknowledging it would change anything
   */
  record Unreadable(
      String topic,
      String topicId,
      int partition,
      long offset,
      String digest,
      Instant writtenAt,
      @Nullable String key,
      Map<String, String> headers,
      int size,
      @Nullable String content,
      String failure,
      @Nullable String organization,
      boolean acknowledgeable) {}

  record Done(
      String topic,
      String topicId,
      int partition,
      long offset,
      String digest,
      Instant writtenAt,
      @Nullable String key,
      @Nullable String organization,
      int size,
      String acknowledgedBy,
      Instant acknowledgedAt,
      String reason) {}

  /**
   * All that names the one record, as the list has it, and why all go on without it.
   *
   * @param reason 1 to 500 characters, kept with who said so and when
   */
  record ToAcknowledge(
      @Nullable String topic,
      @Nullable String topicId,
      @Nullable Integer partition,
      @Nullable Long offset,
      @Nullable String digest,
      @Nullable String reason) {}

  record Places(List<RecordPlace> records) {}

  private final UnreadableRecords records;

  UnreadableRecordsController(UnreadableRecords records) {
    this.records = records;
  }

  /**
   * Records of access.v1 and revocations.v1 that the answering replica can't read, each with whom
   * it keeps from being verified, and the newest thousand acknowledged ones.
   */
  @GetMapping(path = "/v1/platform/unreadable-records", produces = "application/json")
  @Requires(Requires.OPERATOR)
  ResponseEntity<Listing> list() {
    List<Unreadable> open =
        records.open().stream()
            .sorted(
                Comparator.comparing(
                    one -> one.record().place(),
                    Comparator.comparing(RecordPlace::topic)
                        .thenComparingInt(RecordPlace::partition)
                        .thenComparingLong(RecordPlace::offset)))
            .map(UnreadableRecordsController::shown)
            .toList();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            new Listing(
                open,
                records.acknowledged().stream().map(UnreadableRecordsController::shown).toList()));
  }

  private static Unreadable shown(UnreadableConcern one) {
    UnreadableRecord record = one.record();
    RecordPlace place = record.place();
    return new Unreadable(
        place.topic(),
        place.topicId(),
        place.partition(),
        place.offset(),
        place.digest(),
        record.writtenAt(),
        record.key(),
        record.headers(),
        record.size(),
        record.content(),
        record.failure(),
        one.organization() == null ? null : one.organization().value(),
        one.isAcknowledgeable());
  }

  private static Done shown(Acknowledgement one) {
    RecordPlace place = one.place();
    return new Done(
        place.topic(),
        place.topicId(),
        place.partition(),
        place.offset(),
        place.digest(),
        one.writtenAt(),
        one.key(),
        one.organization(),
        one.size(),
        one.by().value(),
        one.at(),
        one.reason());
  }

  /**
   * All go on without this one record, every replica and service within seconds and after every
   * restart. Of revocations.v1: what it ended may be accepted until it expires by itself. Of
   * access.v1, where it names no organization: it no longer stops its whole partition; where its
   * key names something known, that one's organization answers 503 until a newer state of it comes.
   * It is on the record, with the reason.
   */
  @PostMapping(path = "/v1/platform/unreadable-records/acknowledge", produces = "application/json")
  @Requires(Requires.OPERATOR)
  ResponseEntity<Done> acknowledge(@RequestBody ToAcknowledge body, Caller caller) {
    String reason = required("reason", body.reason()).strip();
    if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
      throw Problem.ofField("reason", "1 to " + LONGEST_REASON + " characters.").toException();
    }
    var place =
        new RecordPlace(
            required("topic", body.topic()),
            required("topic_id", body.topicId()),
            required("partition", body.partition()),
            required("offset", body.offset()),
            required("digest", body.digest()));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            shown(
                records.acknowledge(
                    place, reason, Objects.requireNonNull(caller.person()), caller.session())));
  }

  /** What the platform's own services ask who follow revocations too. */
  @PostMapping("/internal/v1/acknowledged-records")
  @InternalEndpoint({
    ServicePair.COMMAND_TO_TOKEN,
    ServicePair.QUERY_TO_TOKEN,
    ServicePair.DELIVERY_TO_TOKEN
  })
  ResponseEntity<Places> places() {
    Set<RecordPlace> all = records.all();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new Places(List.copyOf(all)));
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw Problem.ofField(name, "The field is missing.").toException();
    }
    return value;
  }
}
