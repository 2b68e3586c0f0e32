/**
 * An append-only log that others can check: Merkle tree hashing and proofs (RFC 9162), and what is
 * signed and handed on (C2SP {@code signed-note}, {@code tlog-checkpoint}, {@code
 * tlog-cosignature}, {@code tlog-tiles}, {@code tlog-proof}). Plain functions of bytes: no
 * database, no clock, no framework. Who keeps the log and who checks it use the same.
 */
@NullMarked
package dev.keyledger.kit.log;

import org.jspecify.annotations.NullMarked;
