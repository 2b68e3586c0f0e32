/** Who follows, for how long they rely on what they were told, and how far they have come. */
@NullMarked
package dev.keyledger.delivery.followers;

import org.jspecify.annotations.NullMarked;
