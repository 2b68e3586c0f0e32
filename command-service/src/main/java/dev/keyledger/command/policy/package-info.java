/** Policies as data: which ones make sense, which allow no more than another, which ones ship. */
package dev.keyledger.command.policy;
