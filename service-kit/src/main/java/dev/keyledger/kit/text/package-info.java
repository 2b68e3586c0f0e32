/** What texts that people give may consist of. */
@NullMarked
package dev.keyledger.kit.text;

import org.jspecify.annotations.NullMarked;
