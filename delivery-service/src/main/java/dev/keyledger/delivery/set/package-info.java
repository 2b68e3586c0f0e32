/**
 * Security event tokens (RFC 8417, CAEP 1.0): what ended, as they say it, and how they are signed.
 */
@NullMarked
package dev.keyledger.delivery.set;

import org.jspecify.annotations.NullMarked;
