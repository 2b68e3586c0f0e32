/** Makes messages of what the ledger's topics tell. */
@NullMarked
package dev.keyledger.delivery.messages;

import org.jspecify.annotations.NullMarked;
