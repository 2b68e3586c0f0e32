/** How a person comes to a membership: a token that works once, for 72 hours. */
@NullMarked
package dev.keyledger.token.identity.invitations;

import org.jspecify.annotations.NullMarked;
