/** What the platform's own services share. No tenant's service has it on its class path. */
@NullMarked
package dev.keyledger.kit;

import org.jspecify.annotations.NullMarked;
