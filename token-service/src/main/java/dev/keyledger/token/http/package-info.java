/** The thin edge between HTTP and the decisions. */
@NullMarked
package dev.keyledger.token.http;

import org.jspecify.annotations.NullMarked;
