/**
 * Every endpoint of every dialect under malformed, oversized and hostile requests: whatever is
 * sent, the answer is one that is documented.
 *
 * <p>{@link dev.keyledger.conformance.fuzz.Targets} lists the endpoints, {@code Chaos} what is done
 * to good requests, {@code Inspection} what every answer has to be. A run prints its seed; {@code
 * -Dfuzz.seed=N} repeats it, {@code -Dfuzz.only=TEXT} leaves out other endpoints.
 */
package dev.keyledger.conformance.fuzz;
