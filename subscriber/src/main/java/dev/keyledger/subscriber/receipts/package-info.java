/** Who has brought what into force, and by when everybody must have. */
@NullMarked
package dev.keyledger.subscriber.receipts;

import org.jspecify.annotations.NullMarked;
