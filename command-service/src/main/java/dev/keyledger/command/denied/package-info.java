/**
 * Commands that their callers may not give, or that policy forbids: counted, and told to history.
 */
package dev.keyledger.command.denied;
