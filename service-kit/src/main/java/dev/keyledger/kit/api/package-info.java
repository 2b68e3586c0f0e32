/** The description of the API that all services serve, and the catalogue of refusals. */
@NullMarked
package dev.keyledger.kit.api;

import org.jspecify.annotations.NullMarked;
