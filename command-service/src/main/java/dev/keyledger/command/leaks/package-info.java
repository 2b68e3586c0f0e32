/** Secrets that were found where others can read them. */
@org.jspecify.annotations.NullMarked
package dev.keyledger.command.leaks;
