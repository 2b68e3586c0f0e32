/** command-service: commands become events, and events reach Kafka. */
package dev.keyledger.command;
