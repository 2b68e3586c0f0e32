/** What a person's session is worth where revocations can't be followed. */
@NullMarked
package dev.keyledger.kit.sessions;

import org.jspecify.annotations.NullMarked;
