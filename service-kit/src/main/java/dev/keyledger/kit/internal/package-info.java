/** How the platform's own services know one another. */
@NullMarked
package dev.keyledger.kit.internal;

import org.jspecify.annotations.NullMarked;
