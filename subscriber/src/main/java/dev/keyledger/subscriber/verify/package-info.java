/** Finds out who stands behind a credential: by itself where it can, by asking where it must. */
@NullMarked
package dev.keyledger.subscriber.verify;

import org.jspecify.annotations.NullMarked;
