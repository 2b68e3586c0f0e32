/** Refresh tokens that came from a key's secret: in families, and dead with the secret. */
@NullMarked
package dev.keyledger.token.enforcement.refresh;

import org.jspecify.annotations.NullMarked;
