/** Enforces what the ledger has decided, on the path of every request. */
@NullMarked
package dev.keyledger.token;

import org.jspecify.annotations.NullMarked;
