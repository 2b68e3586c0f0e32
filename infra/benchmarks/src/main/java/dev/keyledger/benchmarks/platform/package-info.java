/** The platform under measurement: its servers, its services and our own helper processes. */
package dev.keyledger.benchmarks.platform;
