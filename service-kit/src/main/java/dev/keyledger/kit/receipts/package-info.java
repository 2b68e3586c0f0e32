/** Who has brought what into force, and by when everybody must have. */
@NullMarked
package dev.keyledger.kit.receipts;

import org.jspecify.annotations.NullMarked;
