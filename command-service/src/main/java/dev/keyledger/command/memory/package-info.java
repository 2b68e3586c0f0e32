/**
 * What is kept of organisations so that their events need not be read from the first on: in memory
 * what was used last, in PostgreSQL snapshots. Nothing is lost with either.
 */
@org.jspecify.annotations.NullMarked
package dev.keyledger.command.memory;
