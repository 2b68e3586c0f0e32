/** What happens too often to be told each time: counted in memory, and published now and then. */
@NullMarked
package dev.keyledger.kit.counts;

import org.jspecify.annotations.NullMarked;
