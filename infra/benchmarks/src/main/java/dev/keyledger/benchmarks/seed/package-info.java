/** Organisations, members and keys by the hundred thousand, written straight to their topics. */
package dev.keyledger.benchmarks.seed;
