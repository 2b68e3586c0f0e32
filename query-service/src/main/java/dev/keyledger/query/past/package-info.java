/**
 * What an organisation was, and what would have been decided then: functions of the events up to
 * that position, by the fold that makes the views and the decision that answers requests.
 */
@NullMarked
package dev.keyledger.query.past;

import org.jspecify.annotations.NullMarked;
