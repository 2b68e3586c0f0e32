/**
 * Decisions as plain functions: no clock, no web framework, no Kafka, no look-up but in what is
 * handed in.
 */
@NullMarked
package dev.keyledger.token.enforcement.decide;

import org.jspecify.annotations.NullMarked;
