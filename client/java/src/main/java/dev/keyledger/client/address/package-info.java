/** Internet addresses and their ranges, read by one strictness everywhere. */
@NullMarked
package dev.keyledger.client.address;

import org.jspecify.annotations.NullMarked;
