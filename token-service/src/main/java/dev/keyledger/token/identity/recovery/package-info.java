/** What people come back by: tokens that went to their address. */
@NullMarked
package dev.keyledger.token.identity.recovery;

import org.jspecify.annotations.NullMarked;
