/** What the tests of all modules share. */
@NullMarked
package dev.keyledger.testkit;

import org.jspecify.annotations.NullMarked;
