/** Records that can't be read: what an operator sees of them, and how they are done with. */
@NullMarked
package dev.keyledger.token.enforcement.unreadable;

import org.jspecify.annotations.NullMarked;
