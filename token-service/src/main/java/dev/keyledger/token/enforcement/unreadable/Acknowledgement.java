package dev.keyledger.token.enforcement.unreadable;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.kafka.RecordPlace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That an operator took it upon themselves to go on without a record.
 *
 * @param organization that the record named; {@code null} where it named none
 * @param key of the record, printable
 * @param reason in the operator's words
 */
record Acknowledgement(
    RecordPlace place,
    @Nullable String organization,
    @Nullable String key,
    Instant writtenAt,
    int size,
    PersonId by,
    Instant at,
    String reason) {}
