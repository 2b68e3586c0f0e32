/**
 * The room of persons: how they prove who they are, their sessions, and how they come to a
 * membership. It asks the room of enforcement what the ledger says, and has it make the tokens.
 */
@NullMarked
package dev.keyledger.token.identity;

import org.jspecify.annotations.NullMarked;
