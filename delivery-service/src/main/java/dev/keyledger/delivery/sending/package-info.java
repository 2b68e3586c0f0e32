/** Brings messages to their receivers, each subscription's by itself. */
@NullMarked
package dev.keyledger.delivery.sending;

import org.jspecify.annotations.NullMarked;
