/** Which addresses the platform may call at a tenant's wish. */
@NullMarked
package dev.keyledger.kit.net;

import org.jspecify.annotations.NullMarked;
