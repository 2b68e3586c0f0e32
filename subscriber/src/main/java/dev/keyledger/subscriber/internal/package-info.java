/** How the platform's own services know one another. */
@NullMarked
package dev.keyledger.subscriber.internal;

import org.jspecify.annotations.NullMarked;
