/**
 * The organisations' logs and the platform's: signed checkpoints, tiles and proofs. What is in them
 * is appended by the projection, with the views; here it is signed and shown.
 */
@NullMarked
package dev.keyledger.query.log;

import org.jspecify.annotations.NullMarked;
