/** Who calls, and what an endpoint asks of them: what a downstream service works with. */
@NullMarked
package dev.keyledger.client;

import org.jspecify.annotations.NullMarked;
