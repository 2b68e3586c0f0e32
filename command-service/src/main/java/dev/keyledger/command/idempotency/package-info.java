/**
 * The same request again gets the same answer, and neither its key nor the secret in it is kept.
 */
package dev.keyledger.command.idempotency;
