/**
 * Whether a credential would do this now, or would have: plain functions of a state that is handed
 * in, whatever holds it, and of a question. No clock, no framework, no Kafka, no key of a server.
 */
@NullMarked
package dev.keyledger.kit.decide;

import org.jspecify.annotations.NullMarked;
