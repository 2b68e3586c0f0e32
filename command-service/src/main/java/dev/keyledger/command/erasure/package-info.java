/** Erasing persons, for good, in all organisations, whatever dies on the way. */
package dev.keyledger.command.erasure;
