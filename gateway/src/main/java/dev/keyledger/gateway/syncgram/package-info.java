/**
 * Syncgram Pay: people sign in in two steps and manage one key for their servers.
 *
 * <p>{@link dev.keyledger.gateway.syncgram.SyncgramPay} lists the paths, {@code Refusals} the
 * published texts of errors.
 */
@NullMarked
package dev.keyledger.gateway.syncgram;

import org.jspecify.annotations.NullMarked;
