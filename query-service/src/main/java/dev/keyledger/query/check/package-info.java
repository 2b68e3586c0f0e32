/**
 * Whether what is kept of history is still what happened: the ledger, the topic, the views and the
 * logs are compared with one another, all the time.
 */
@NullMarked
package dev.keyledger.query.check;

import org.jspecify.annotations.NullMarked;
