/** The API's description as a page, and those of the published systems' dialects. */
@NullMarked
package dev.keyledger.gateway.docs;

import org.jspecify.annotations.NullMarked;
