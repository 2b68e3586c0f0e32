/** When which secret was last used, counted in memory and published now and then. */
@NullMarked
package dev.keyledger.token.usage;

import org.jspecify.annotations.NullMarked;
