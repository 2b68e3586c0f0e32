/** Work that comes again and again, whatever became of it the time before. */
@NullMarked
package dev.keyledger.kit.rounds;

import org.jspecify.annotations.NullMarked;
