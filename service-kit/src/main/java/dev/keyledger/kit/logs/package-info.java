/** What all services do about their logs. */
@NullMarked
package dev.keyledger.kit.logs;

import org.jspecify.annotations.NullMarked;
