/** Kafka as every service meets it: topics that are as they must be, clients that are set right. */
@NullMarked
package dev.keyledger.kit.kafka;

import org.jspecify.annotations.NullMarked;
