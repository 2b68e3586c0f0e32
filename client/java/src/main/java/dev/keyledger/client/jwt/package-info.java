/** Tokens: their JSON, and the algorithms that sign them. */
@NullMarked
package dev.keyledger.client.jwt;

import org.jspecify.annotations.NullMarked;
