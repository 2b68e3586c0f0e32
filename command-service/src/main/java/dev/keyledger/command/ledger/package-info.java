/** The way of a command: read what is committed, decide, append, and remember beside it. */
package dev.keyledger.command.ledger;
