/** What this service needs to know of persons: token-service keeps them. */
package dev.keyledger.command.people;
