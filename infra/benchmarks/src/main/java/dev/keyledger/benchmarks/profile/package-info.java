/** Where the time goes: what a figure's last column says. */
package dev.keyledger.benchmarks.profile;
