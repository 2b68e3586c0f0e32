/** What became of messages, and sending them again, over HTTP. */
@NullMarked
package dev.keyledger.delivery.webhook;

import org.jspecify.annotations.NullMarked;
