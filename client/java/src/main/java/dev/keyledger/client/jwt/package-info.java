/** JSON for tokens. */
@NullMarked
package dev.keyledger.client.jwt;

import org.jspecify.annotations.NullMarked;
