/** Octopus Cards: a key and its secret, issued by the operator, logged in for a pair of tokens. */
@NullMarked
package dev.keyledger.gateway.octopus;

import org.jspecify.annotations.NullMarked;
