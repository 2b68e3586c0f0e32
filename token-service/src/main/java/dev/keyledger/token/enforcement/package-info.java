/**
 * The room on the path of every request: what the ledger says of organisations and keys, what a
 * credential may do by it, the tokens made from keys, and what is told of their use. It knows
 * nothing of the room of identity.
 */
@NullMarked
package dev.keyledger.token.enforcement;

import org.jspecify.annotations.NullMarked;
