/** What one client can take of a server: connections, time, memory for bodies, turns. */
@NullMarked
package dev.keyledger.kit.web.bounds;

import org.jspecify.annotations.NullMarked;
