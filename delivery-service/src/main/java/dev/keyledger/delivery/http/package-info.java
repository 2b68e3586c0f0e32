/** The feed over HTTP: in pages, and as a stream. */
@NullMarked
package dev.keyledger.delivery.http;

import org.jspecify.annotations.NullMarked;
