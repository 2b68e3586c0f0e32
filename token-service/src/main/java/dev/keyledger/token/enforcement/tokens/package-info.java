/** Access tokens: making, reading, and the keys that sign and seal them. */
@NullMarked
package dev.keyledger.token.enforcement.tokens;

import org.jspecify.annotations.NullMarked;
