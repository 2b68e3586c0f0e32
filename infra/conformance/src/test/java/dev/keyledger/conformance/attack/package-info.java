/**
 * What an attacker tries, at the canonical API and in every dialect that it applies to: each is a
 * sentence that says what comes of it.
 */
package dev.keyledger.conformance.attack;
