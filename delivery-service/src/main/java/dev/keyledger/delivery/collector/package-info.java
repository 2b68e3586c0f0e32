/** Brings history to collectors, in batches, each collector's by itself. */
@NullMarked
package dev.keyledger.delivery.collector;

import org.jspecify.annotations.NullMarked;
