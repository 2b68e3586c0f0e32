/** From the committed ledger to Kafka: each event once, in order, by one relay at a time. */
@NullMarked
package dev.keyledger.command.relay;

import org.jspecify.annotations.NullMarked;
