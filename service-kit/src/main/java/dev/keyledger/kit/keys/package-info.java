/** The keys that only servers hold, and what is computed or sealed under them. */
@NullMarked
package dev.keyledger.kit.keys;

import org.jspecify.annotations.NullMarked;
