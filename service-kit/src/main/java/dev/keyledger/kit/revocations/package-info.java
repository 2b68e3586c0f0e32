/** Revocations over Kafka, for the platform's own services. */
@NullMarked
package dev.keyledger.kit.revocations;

import org.jspecify.annotations.NullMarked;
