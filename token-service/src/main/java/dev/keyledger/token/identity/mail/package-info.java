/** Letters to people: put with what they are about, sealed, and handed over by a worker. */
@NullMarked
package dev.keyledger.token.identity.mail;

import org.jspecify.annotations.NullMarked;
