/** Access tokens: making, reading, and the keys that sign and seal them. */
@NullMarked
package dev.keyledger.token.issue;

import org.jspecify.annotations.NullMarked;
