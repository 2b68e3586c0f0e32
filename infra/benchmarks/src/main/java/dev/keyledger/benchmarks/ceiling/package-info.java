/** What the same machine does for nothing but the one thing: what the figures are divided by. */
package dev.keyledger.benchmarks.ceiling;
