/** Webhooks: which messages there are for which subscription, and how each of them goes. */
@NullMarked
package dev.keyledger.delivery.webhook;

import org.jspecify.annotations.NullMarked;
