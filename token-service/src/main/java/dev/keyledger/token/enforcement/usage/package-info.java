/** Which secrets were used and which keys refused, counted in memory and published now and then. */
@NullMarked
package dev.keyledger.token.enforcement.usage;

import org.jspecify.annotations.NullMarked;
