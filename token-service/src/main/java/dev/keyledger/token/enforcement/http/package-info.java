/** The thin edge between HTTP and the decisions. */
@NullMarked
package dev.keyledger.token.enforcement.http;

import org.jspecify.annotations.NullMarked;
