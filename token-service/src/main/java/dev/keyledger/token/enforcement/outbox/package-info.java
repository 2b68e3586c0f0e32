/** What has to reach Kafka because a transaction was committed. */
@NullMarked
package dev.keyledger.token.enforcement.outbox;

import org.jspecify.annotations.NullMarked;
