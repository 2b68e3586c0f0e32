/**
 * A closed-loop HTTP client in a process of its own, so light that the servers have the machine.
 */
package dev.keyledger.benchmarks.load;
