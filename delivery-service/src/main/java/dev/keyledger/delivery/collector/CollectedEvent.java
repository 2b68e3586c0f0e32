package dev.keyledger.delivery.collector;

import java.time.Instant;

/**
 * An event of history, as its export in OCSF has it.
 *
 * @param severity by OCSF's {@code severity_id}
 * @param line JSON, without its end
 */
record CollectedEvent(
    long position, String id, String type, Instant at, int severity, byte[] line) {}
