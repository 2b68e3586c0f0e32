/**
 * What the dialects of the published systems have in common: their paths, the client's request, the
 * canonical call, the answer. Each dialect is a package beside this one.
 */
@NullMarked
package dev.keyledger.gateway.dialect;

import org.jspecify.annotations.NullMarked;
