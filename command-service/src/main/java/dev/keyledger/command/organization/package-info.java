/** The organisation decides: plain classes, no framework, no clock, no randomness. */
package dev.keyledger.command.organization;
