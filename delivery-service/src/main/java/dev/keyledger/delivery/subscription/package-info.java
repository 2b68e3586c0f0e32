/** Who is to be sent what: subscriptions as the ledger has them, and which messages each has. */
@NullMarked
package dev.keyledger.delivery.subscription;

import org.jspecify.annotations.NullMarked;
