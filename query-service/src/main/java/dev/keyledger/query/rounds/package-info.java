/** Work that is done in rounds, behind what is applied. */
@NullMarked
package dev.keyledger.query.rounds;

import org.jspecify.annotations.NullMarked;
