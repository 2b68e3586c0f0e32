/** Persons and what they prove themselves with: data keys, passwords, second steps, lock-out. */
@NullMarked
package dev.keyledger.token.identity.people;

import org.jspecify.annotations.NullMarked;
