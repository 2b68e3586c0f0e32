/** Ends that come by themselves, and the records of them. */
package dev.keyledger.command.deadlines;
