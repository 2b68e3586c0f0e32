/** Signing in, refreshing, switching organisation and ending it all. */
@NullMarked
package dev.keyledger.token.identity.sessions;

import org.jspecify.annotations.NullMarked;
