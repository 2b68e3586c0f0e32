/**
 * OpenID Shared Signals Framework 1.0: what concerns sessions and keys as security event tokens.
 */
@NullMarked
package dev.keyledger.delivery.ssf;

import org.jspecify.annotations.NullMarked;
