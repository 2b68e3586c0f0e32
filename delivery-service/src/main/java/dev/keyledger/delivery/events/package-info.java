/**
 * An organisation's events for who follows them: the newest from memory, as {@code events.v1} tells
 * them, and all before from query-service's history.
 */
@NullMarked
package dev.keyledger.delivery.events;

import org.jspecify.annotations.NullMarked;
