/**
 * InCRM: sessions for people, whose refresh token is a cookie, and scoped keys that go with every
 * request. Every JSON answer is an envelope, every error has a number.
 *
 * <p>{@link dev.keyledger.gateway.incrm.Incrm} lists the paths, {@code Refused} the numbers, {@code
 * Cors} says who may call from a browser.
 */
@NullMarked
package dev.keyledger.gateway.incrm;

import org.jspecify.annotations.NullMarked;
