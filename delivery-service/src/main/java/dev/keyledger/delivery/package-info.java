/** Tells whoever follows what the platform has decided. No follower delays another. */
@NullMarked
package dev.keyledger.delivery;

import org.jspecify.annotations.NullMarked;
