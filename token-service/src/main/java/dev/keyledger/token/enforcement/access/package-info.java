/** What the ledger says of organisations, members and keys, in memory, and how fresh it is. */
@NullMarked
package dev.keyledger.token.enforcement.access;

import org.jspecify.annotations.NullMarked;
