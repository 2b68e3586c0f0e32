/** JSON for tokens. */
@NullMarked
package dev.keyledger.subscriber.jwt;

import org.jspecify.annotations.NullMarked;
