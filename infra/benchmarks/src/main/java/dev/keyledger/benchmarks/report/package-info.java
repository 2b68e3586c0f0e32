/** Rounds become medians, medians become figures, figures a table. */
package dev.keyledger.benchmarks.report;
