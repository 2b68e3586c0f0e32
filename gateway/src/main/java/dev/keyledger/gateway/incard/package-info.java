/** Incard: a company's keys, exchanged for short opaque tokens. */
@NullMarked
package dev.keyledger.gateway.incard;

import org.jspecify.annotations.NullMarked;
