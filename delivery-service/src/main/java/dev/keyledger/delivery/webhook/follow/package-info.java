/** Makes messages of what the ledger's topics tell. */
@NullMarked
package dev.keyledger.delivery.webhook.follow;

import org.jspecify.annotations.NullMarked;
